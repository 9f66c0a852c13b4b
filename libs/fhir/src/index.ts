export { readPatientRecords, type ReadOptions } from './read/patient-records.ts';
export { SystemAliases } from './read/systems.ts';
export { Tally } from './read/tally.ts';
export { writeFhir } from './write/writers.ts';
export { validateFhir } from './validate/validate.ts';
export { Validator } from './validate/validator.ts';
export { toIssue, toOutcome, ALL_WELL } from './validate/outcome.ts';
export type { Finding } from './validate/finding.ts';
