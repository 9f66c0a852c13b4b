export { readMeds, type MedsReadOptions } from './read/read-meds.ts';
export { writeMeds, type MedsCounts, type MedsWriteOptions } from './write/write-meds.ts';
export { SPLITS, type Split } from './standard.ts';
export type { DatasetNames } from './write/metadata.ts';
