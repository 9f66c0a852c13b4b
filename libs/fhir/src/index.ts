export { readPatientRecords, type ReadOptions } from './read/patient-records.ts';
export { SystemAliases, CODING_PREFERENCE } from './read/systems.ts';
export { Tally, type Problem } from './read/tally.ts';
export { readResources, type Resource } from './read/resources.ts';
export { toResources } from './write/to-resources.ts';
export { toBundle, writeFhir, type WriteOptions } from './write/writers.ts';
export { validateFhir, type ValidateOptions, type ValidationSummary } from './validate/validate.ts';
export type { Finding, Severity } from './validate/finding.ts';
