export { readOmop, type OmopReadOptions } from './read/read-records.ts';
export { writeOmop, DATABASE, type OmopOptions, type OmopCounts } from './write/write-omop.ts';
export { importAthena, ATHENA_FILE, type AthenaCounts } from './athena/import-athena.ts';
export type { PostgresTarget } from './postgres/load.ts';
export { Athena } from './athena/athena.ts';
export { withoutPassword } from './postgres/connection.ts';
