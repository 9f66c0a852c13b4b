export { startPostgres, type TestPostgres } from './postgres.ts';
export { writeAthena, ATHENA_VERSION } from './athena.ts';
export { type Cdm, loadCdm, writeCdm } from './cdm.ts';
