export { BROKEN, type BrokenCase } from './broken-cases.ts';
export { RIGHT, RIGHT_BUNDLE } from './right-resources.ts';
