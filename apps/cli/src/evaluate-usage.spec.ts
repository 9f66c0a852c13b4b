import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { ehrsynth, output } = commandLine();

it.each([
  ['evaluate -o @report', 'Nothing to evaluate was given'],
  ['evaluate @cohort -o @report', 'A cohort was given, but no synthetic patients'],
  ['evaluate @cohort @synth --holdout @other -o @report', "--holdout cannot be combined with a cohort's folder"],
  ['evaluate @cohort --futures @futures --outcome I10 -o @report', '--outcome needs synthetic patients'],
  ['evaluate @cohort --futures @futures --no-histories -o @report', '--no-histories needs synthetic patients'],
  ['evaluate @cohort --futures @futures --min-patients 5 -o @report', '--min-patients needs synthetic patients'],
  ['evaluate --records @a --holdout @b --synth @c --futures @futures -o @report', '--futures needs'],
])('%s is refused with what does not go together', async (line, words) => {
  expect(await ehrsynth(line)).toBe(2);
  expect(output()).toContain(words);
});
