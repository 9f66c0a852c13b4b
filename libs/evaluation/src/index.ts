export {
  compare,
  COMPARISON_STEPS,
  type CompareOptions,
  type Comparison,
  type CodePrevalence,
} from './compare.ts';
export { NoRowsError, requireRows } from './errors.ts';
export { knowledgeViolation, type Limits, type Violations } from './knowledge-violation.ts';
export { isSmallCell, SMALL_CELL, type Withheld, withheldText } from './small-cells.ts';
export * from './values/index.ts';
