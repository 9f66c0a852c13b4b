export { compare, type Comparison } from './compare.ts';
export { prevalence, type PrevalenceFit } from './prevalence.ts';
export { recordLength, type LengthFit } from './record-length.ts';
export { coverage, type Coverage } from './coverage.ts';
