import { compare } from '@ehrsynth/evaluation';
import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { audit, type AuditOptions } from '@ehrsynth/privacy';
import { judge, Policy } from '@ehrsynth/release';
import { expect, it } from 'vitest';
import { summary } from './assessment-summary.ts';

const codes = ['A', 'B', 'C'].map((code): Column => ({ kind: 'condition', system: 'urn:test', code, level: 'code' }));

/** 60 patients: all but 4 have A, 4 have B, half have C. */
function patients() {
  const builder = new MatrixBuilder(codes);
  for (let row = 0; row < 60; row++) {
    const own = [row >= 4 && codes[0], row < 4 && codes[1], row % 2 === 0 && codes[2]].filter((one) => one !== false);
    builder.add(
      String(row),
      own.map((column): [Column, number] => [column, 1]),
    );
  }
  return builder.build();
}

it('prints no small cell, and which of the two it is', async () => {
  const [training, holdout, synthetic] = [patients(), patients(), patients()];
  const [comparison, privacy] = [await compare(training, holdout, synthetic), audit(training, holdout, synthetic)];
  const verdict = judge({ comparison, privacy }, Policy.parse({}));
  const printed = summary({ comparison, privacy, verdict, training: [], notes: [] });
  expect(printed).toMatch(/A +all but fewer than 11 +93\.3 %/);
  expect(printed).toMatch(/B +fewer than 11 +6\.7 %/);
  expect(printed).toMatch(/C +50\.0 % +50\.0 %/);
  expect(printed).toMatch(/rows impossible for sex or age +not measured: 3 of 3 codes have no rule/);
});

it('says at how many patients attacks by distance searched, where these are not all', async () => {
  const [training, holdout, synthetic] = [patients(), patients(), patients()];
  const comparison = await compare(training, holdout, synthetic);
  const printedOf = (most?: AuditOptions['most']) => {
    const privacy = audit(training, holdout, synthetic, { most });
    return summary({
      comparison,
      privacy,
      verdict: judge({ comparison, privacy }, Policy.parse({})),
      training: [],
      notes: [],
    });
  };
  expect(printedOf()).not.toMatch(/by distance searched/);
  expect(printedOf({ people: 20, synthetic: 60 })).toContain(
    'searched for 20 of 60 training patients and 20 of 60 held-out ones, sampled at random, among all 60 synthetic rows; exact copies of all patients',
  );
});
