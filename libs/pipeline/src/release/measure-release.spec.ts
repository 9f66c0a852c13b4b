import { Dictionary, HistoriesBuilder } from '@ehrsynth/histories';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { moreIn } from './measure-release.ts';

const dictionary = new Dictionary();

/** A person with a weight on each of these days, as a format has it. */
function histories(days: readonly string[], value?: number) {
  const events = days.map((start): CodedEvent => ({
    kind: 'measurement',
    code: { system: 'http://loinc.org', code: '29463-7' },
    start,
    ...(value !== undefined && { quantity: { value, unit: 'kg' } }),
  }));
  const record: PatientRecord = { id: 'a', sex: 'female', encounters: [], events };
  const builder = new HistoriesBuilder(dictionary);
  builder.add(record);
  return builder.build();
}

it('counts what a format has more of, by which it is measured for itself: visits, dated events, values', () => {
  const [once, twice] = [['2020-01-01'], ['2020-01-01', '2020-02-01']];
  expect(moreIn(histories(once, 70), histories(once))).toBe(1);
  expect(moreIn(histories(twice, 70), histories(once, 70))).toBe(3);
  expect(moreIn(histories(once), histories(twice, 70))).toBe(0);
  expect(moreIn(histories(once, 70), histories(once, 71))).toBe(0);
});
