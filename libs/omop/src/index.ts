export { readOmop, type OmopReadOptions } from './read/read-records.ts';
export { writeOmop, DATABASE, type OmopOptions, type OmopCounts } from './write/write-omop.ts';
