export type { MedsReadOptions } from './read/options.ts';
export { readMeds } from './read/read-meds.ts';
export { writeMeds, type MedsCounts, type MedsWriteOptions } from './write/write-meds.ts';
export { meaningOf, type Meaning } from './codes/meaning.ts';
export { kindOfSystem, systemNamed } from './codes/systems.ts';
export { LOCAL_SYSTEM } from './codes/code-text.ts';
export { type CodeReading, type JudgedCode, judgedCode } from './codes/judged-code.ts';
export { SPLITS, type Split } from './standard.ts';
export type { DatasetNames } from './write/metadata.ts';
