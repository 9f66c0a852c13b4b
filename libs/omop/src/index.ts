export { readOmop, type OmopReadOptions } from './read/read-records.ts';
export { writeOmop, DATABASE, type OmopOptions, type OmopCounts } from './write/write-omop.ts';
export { importAthena, ATHENA_FILE, type AthenaCounts } from './athena/import-athena.ts';
export type { PostgresTarget } from './postgres/load.ts';
export { Athena } from './athena/athena.ts';
export { isPostgres, withoutPassword } from './postgres/connection.ts';
export { checkOmop, type OmopChecked, type OmopCheckOptions } from './check/check-omop.ts';
export { CHECKS, type CheckName, type CheckResult } from './check/check.ts';
export { toDqdResults } from './check/dqd-results.ts';
