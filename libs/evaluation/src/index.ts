export { compare, type Comparison } from './compare.ts';
export type { Limits } from './knowledge-violation.ts';
