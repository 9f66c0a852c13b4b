export type { MedsReadOptions } from './read/options.ts';
export { readMeds } from './read/read-meds.ts';
export { writeMeds, type MedsCounts, type MedsWriteOptions } from './write/write-meds.ts';
export { SPLITS, type Split } from './standard.ts';
