export { readPatientRecords } from './read/patient-records.ts';
export { SystemAliases } from './read/systems.ts';
export { Tally } from './read/tally.ts';
export { writeFhir } from './write/writers.ts';
export { validateFhir } from './validate/validate.ts';
export type { Finding } from './validate/finding.ts';
