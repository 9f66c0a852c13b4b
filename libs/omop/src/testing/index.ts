export { startPostgres, type TestPostgres } from './postgres.ts';
export { writeAthena, ATHENA_VERSION } from './athena.ts';
