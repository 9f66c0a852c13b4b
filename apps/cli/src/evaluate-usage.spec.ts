import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { ehrsynth, output } = commandLine();

it.each([
  ['evaluate -o @report', 'No synthetic patients to evaluate were given'],
  ['evaluate @cohort -o @report', 'A cohort was given, but no synthetic patients'],
  ['evaluate @cohort @synth --holdout @other -o @report', "--holdout cannot be combined with a cohort's folder"],
  ['evaluate @cohort --futures @futures --outcome I10 -o @report', '--outcome needs synthetic patients'],
  ['evaluate @cohort --futures @futures --no-histories -o @report', '--no-histories needs synthetic patients'],
  ['evaluate @cohort --futures @futures --min-patients 5 -o @report', '--min-patients needs synthetic patients'],
  ['evaluate @cohort @synth --synthetic @other.csv -o @report', 'SYNTH and --synthetic cannot be combined'],
  ['evaluate @cohort @synth --missing leave-out -o @report', '--missing only applies with --synthetic'],
  ['evaluate @cohort --synthetic @a.csv --model @model -o @report', '--model only applies to patients'],
  ['evaluate --synthetic @a.csv -o @report', "--synthetic needs a cohort's folder"],
  ['evaluate @cohort @a @b --futures @f -o @report', '--futures goes with the patients of one run'],
  ['evaluate --records @a --holdout @b --synth @c --futures @futures -o @report', '--futures needs'],
])('%s is refused with what does not go together', async (line, words) => {
  expect(await ehrsynth(line)).toBe(2);
  expect(output()).toContain(words);
});
