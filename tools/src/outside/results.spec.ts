import { expect, it } from 'vitest';
import { cellsOf, grid, shellWord, summaryOf, type Result } from './results.ts';

const result = (row: string, faults: string[], notMeasured?: string): Result => ({
  name: row,
  row,
  column: 'kill -9',
  faults,
  seconds: 2,
  ...(notMeasured && { notMeasured }),
});

it('counts what passed and failed; what was not measured is neither', () => {
  const results = [result('train', []), result('train', ['left x']), result('merge', [], 'no right to mount')];
  expect(cellsOf(results)).toMatchObject([
    { row: 'train', runs: 2, passed: 1, failed: 1, slowest: 2 },
    { row: 'merge', runs: 0, passed: 0, notMeasured: 1 },
  ]);
  expect(summaryOf(results)).toBe('2 runs: 1 passed, 1 failed, 1 not measured');
  expect(grid(results, 'command')).toContain('| train | **1 of 2** | 2.0 |');
  expect(grid(results, 'command')).toContain('| merge | not measured |');
});

it('a name with quotes is one word of a shell', () => {
  expect(shellWord("it's")).toBe(`'it'\\''s'`);
});
