export { compare, COMPARISON_STEPS, type CompareOptions, type Comparison } from './compare.ts';
export type { Limits } from './knowledge-violation.ts';
export { isSmallCell, SMALL_CELL } from './small-cells.ts';
