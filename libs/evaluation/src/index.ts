export { compare, type Comparison } from './compare.ts';
