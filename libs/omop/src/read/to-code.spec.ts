import { System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { looked } from './to-code.ts';

const vocabulary = new Vocabulary();

it.each([
  ['T40.4X1A', undefined, 'T40.4X1A'],
  ['T84040A', 'successor', 'M97.01XA'],
  ['T84040A', 'parent', 'T84.0'],
] as const)('reads %s of a former release (%s) as %s, and says so', (code, formerCodes, read) => {
  const source = { system: System.icd10cm, code, name: null };
  const found = looked(source, { vocabulary, kinds: ['condition'], formerCodes });
  expect(found.code.code).toBe(read);
  expect(found.notes.map(({ reason }) => reason)).toEqual(['code of a former ICD-10-CM release']);
  expect(found.leftOut).toBeUndefined();
});
