import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { ehrsynth, output, at } = commandLine();

it('ingests a table of patients × codes and says how it was read', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `p${i},${i % 2 ? 'F' : 'M'},${20 + i},${i % 3 ? 1 : 0},1`);
  writeFileSync(at('table.csv'), ['who,sex,age,E11.9,I10', ...rows, ''].join('\n'));
  expect(await ehrsynth('ingest csv @table.csv --column id=who --min-patients 5 -o @cohort')).toBe(0);
  expect(output()).toMatch(/a column for each of 2 codes; columns: id "who", sex "sex", age "age"/);
  expect(output()).toMatch(/The source has no times/);
  const run = JSON.parse(readFileSync(at('cohort', 'run.json'), 'utf8')) as { command: string };
  expect(run.command).toBe('ingest csv');
});

it.each([
  ['ingest csv @table.csv --column who -o @x', 'an equals sign'],
  ['ingest csv @table.csv --column code=nothing -o @x', 'no column "nothing" for code'],
  ['ingest npz @table.npz -o @x', 'No such file'],
])('%s is refused', async (line, words) => {
  expect(await ehrsynth(line)).toBe(2);
  expect(output()).toContain(words);
});
