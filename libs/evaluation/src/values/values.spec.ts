import { Dictionary } from '@ehrsynth/histories';
import { Rng } from '@ehrsynth/random';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { compareValues, type CompareValuesOptions } from './compare-values.ts';
import { historiesOf, measurement, patients } from './testing.ts';
import { NoRowsError } from '../errors.ts';

/** Patients whose visits have these events, a month from each other. */
function records(count: number, eventsOf: (patient: number) => CodedEvent[][]): PatientRecord[] {
  return Array.from({ length: count }, (_, i): PatientRecord => {
    const visits = eventsOf(i);
    const day = (visit: number) => `2020-${String(visit + 1).padStart(2, '0')}-01`;
    return {
      id: String(i),
      sex: 'female',
      encounters: visits.map((_, visit) => ({ class: 'AMB', start: day(visit) })),
      events: visits.flatMap((events, visit) =>
        events.map((event) => ({ ...event, start: day(visit), encounter: visit })),
      ),
    };
  });
}

function compared(R: PatientRecord[], H: PatientRecord[], S: PatientRecord[], options: CompareValuesOptions = {}) {
  const dictionary = new Dictionary();
  const [training, holdout, synthetic] = [R, H, S].map((own) => historiesOf(own, dictionary));
  return compareValues(training, holdout, synthetic, options);
}

const sbp = (value: number) => measurement('sbp', value);

describe('worked by hand', () => {
  it('correlations of successive values and within patients', async () => {
    // Held out: a patient keeps the value, 100 to 159. Synthetic: two values of two others, always one high and one low.
    const steady = records(60, (i) => [[sbp(100 + i)], [sbp(100 + i)]]);
    const swinging = records(60, (i) => [[sbp(100 + i)], [sbp(159 - i)]]);
    const [lab] = (await compared(steady, steady, swinging)).labs;
    expect(lab.withinPatient!.sides.autocorrelation).toEqual({
      holdout: 1,
      training: 1,
      synthetic: expect.closeTo(-1, 10),
    });
    expect(lab.withinPatient!.sides.intraclass.holdout).toBeCloseTo(1, 10);
    // All patients have the same mean: MSB = 0, so that ICC = −MSW / MSW.
    expect(lab.withinPatient!.sides.intraclass.synthetic).toBeCloseTo(-1, 10);
    expect(lab.withinPatient!.autocorrelation.synthetic!.value).toBeCloseTo(2, 10);
    // Differences of 0 against differences that are half below and half above it.
    expect(lab.withinPatient!.differences.synthetic!.value).toBeCloseTo(0.5, 10);
    expect(lab.ks.synthetic!.value).toBeCloseTo(0, 10);
    expect(lab.withinPatient!.differences.floor!.value).toBe(0);
  });

  it('pairs in one visit: the first value of each counts', async () => {
    const both = (glucose: (i: number) => number) =>
      records(60, (i) => [[sbp(100 + i), measurement('glucose', glucose(i)), measurement('glucose', 500 - i)]]);
    const up = both((i) => 80 + i);
    const { pairs } = await compared(
      up,
      up,
      both((i) => 200 - i),
    );
    expect(pairs.byPair).toHaveLength(1);
    expect(pairs.byPair[0]).toMatchObject({ holdout: 1, training: 1 });
    expect(pairs.byPair[0].synthetic).toBeCloseTo(-1, 10);
    expect(pairs.difference.synthetic!.value).toBeCloseTo(2, 10);
  });

  it('shares of visits in which a code was measured', async () => {
    // Every visit of 60 has a pressure; of 60 synthetic patients every third has none in the second of two visits.
    const always = records(60, () => [[sbp(120)], [sbp(121)]]);
    const seldom = records(60, (i) => [[sbp(120)], i % 3 ? [sbp(121)] : []]);
    const { byClass } = (await compared(always, always, seldom)).measured;
    expect(byClass.of).toEqual(['AMB']);
    expect(byClass.difference.synthetic!.value).toBeCloseTo(1 / 6, 12);
    expect(byClass.shares).toEqual({
      holdout: [[1]],
      training: [[1]],
      synthetic: [[expect.closeTo(5 / 6, 12)]],
    });
  });

  it('shifts with a condition, and from before to after the first receipt of a drug', async () => {
    const condition: CodedEvent = { kind: 'condition', code: { system: 'urn:test', code: 'ill' } };
    const drug: CodedEvent = { kind: 'drug', code: { system: 'urn:test', code: 'pill' } };
    // Half have the condition and are 20 higher; they get a drug in the first visit, and fall by 10 in the next.
    const falling = records(80, (i) => {
      const value = 110 + (i % 5) + (i % 2 ? 20 : 0);
      return [i % 2 ? [sbp(value), condition, drug] : [sbp(value)], [sbp(value - (i % 2 ? 10 : 0))]];
    });
    const { shifts } = await compared(falling, falling, falling);
    const ill = shifts.withCode.byCode.find(({ code }) => code.code === 'ill')!;
    // Means of the two groups: 112 and 112 + 20 − 5; the standard deviation of all: √((7.5² + 2) 80 / 79).
    const sd = Math.sqrt(((7.5 ** 2 + 2) * 80) / 79);
    expect(ill.holdout).toBeCloseTo(15 / sd, 10);
    expect(shifts.afterDrug.byCode).toEqual([
      expect.objectContaining({
        holdout: expect.closeTo(-10 / sd, 10),
        synthetic: expect.closeTo(-10 / sd, 10),
      }),
    ]);
    expect(shifts.afterDrug.difference.synthetic!.value).toBe(0);
    // One shift has no correlation.
    expect(shifts.afterDrug.r).toEqual({});
  });

  it('a bound counts as its number, but for the last digit', async () => {
    const bound = (value: number): CodedEvent => ({
      ...sbp(value),
      quantity: { ...sbp(value).quantity, comparator: '<' },
    });
    const [H, S] = [bound, sbp].map((low) => records(60, (i) => [[i % 2 ? low(95) : sbp(120)]]));
    const [lab] = (await compared(H, H, S)).labs;
    expect(lab.ks.synthetic!.value).toBe(0);
    expect(lab.bounds.synthetic!.value).toBeCloseTo(0.5, 12);
    // Recorded: all 0 against half 0 and half 5.
    expect(lab.lastDigit.synthetic!.value).toBeCloseTo(0.5, 12);
  });
});

describe('where there is too little', () => {
  it('nothing is measured that a side has too few of', async () => {
    const [many, few] = [records(60, (i) => [[sbp(100 + i)]]), records(60, (i) => (i < 10 ? [[sbp(100)]] : [[]]))];
    const { labs, distribution, withinPatient, pairs, answers } = await compared(many, many, few);
    expect(labs[0].ks).toEqual({ floor: expect.anything() });
    expect(distribution.ks).toEqual({
      of: 1,
      synthetic: undefined,
      floor: expect.objectContaining({ measured: 1 }),
    });
    for (const figure of [withinPatient.intraclass, pairs.difference, answers.difference])
      expect(figure).toEqual({ of: 0, synthetic: undefined, floor: undefined });
    const none = await compared(few, few, many);
    expect([none.labs, none.leftOut]).toEqual([[], 1]);
    expect(none.distribution.ks.synthetic).toBeUndefined();
  });

  it('nothing is compared without patients', async () => {
    await expect(
      compared(
        records(3, () => []),
        [],
        records(3, () => []),
      ),
    ).rejects.toThrow(NoRowsError);
  });
});

describe('small cells of real patients', () => {
  it('a lab, an answer or a pair that ten have is not in it, eleven are', async () => {
    const held = (people: number) =>
      records(60, (i) => [
        [sbp(100 + i)],
        ...(i < people
          ? Array.from({ length: 9 }, () => [
              measurement('glucose', 100),
              {
                kind: 'measurement' as const,
                code: { system: 'urn:test', code: 'asked' },
                answer: { system: 'urn:test', code: 'yes' },
              },
            ])
          : []),
      ]);
    const few = await compared(held(10), held(10), held(10));
    expect(JSON.stringify(few)).not.toMatch(/2345-7|asked/);
    const enough = await compared(held(11), held(11), held(11));
    expect(JSON.stringify(enough)).toMatch(/2345-7/);
    expect(JSON.stringify(enough)).toMatch(/asked/);
  });

  it('each bin and digit has as many real patients, whatever the limit', async () => {
    const [R, H, S] = ['R', 'H', 'S'].map((name) => patients(150, new Rng(name)));
    for (const minPatients of [5, 11, 40]) {
      for (const { lab, histogram, digits } of (await compared(R, H, S, { minPatients })).labs) {
        for (const [own, side] of [
          [H, 'holdout'],
          [R, 'training'],
        ] as const) {
          const people = peopleIn(own, lab.code, histogram!.edges);
          expect(people).toHaveLength(histogram![side].length);
          for (const count of people) expect(count).toBeGreaterThanOrEqual(minPatients);
          expect(histogram![side].reduce((a, b) => a + b)).toBeCloseTo(1, 10);
          expect(digits.reduce((sum, digit) => sum + digit[side], 0)).toBeCloseTo(1, 10);
        }
      }
    }
  });

  it('bounds and values out of range that a few have are not counted', async () => {
    const low = (people: number) =>
      records(60, (i) => [
        [
          {
            ...sbp(100 + (i % 10)),
            ...(i < people && { quantity: { ...sbp(90).quantity, comparator: '<' } }),
          },
        ],
      ]);
    const [none, few, many] = [low(0), low(5), low(20)];
    expect((await compared(few, none, none)).labs[0].bounds).toEqual({ synthetic: expect.anything() });
    expect((await compared(none, few, none)).labs[0].bounds).toEqual({});
    expect((await compared(many, none, none)).labs[0].bounds.floor!.value).toBeCloseTo(1 / 3, 12);
    expect((await compared(few, none, none)).labs[0].outside).toEqual({ synthetic: expect.anything() });
    expect((await compared(many, none, none)).labs[0].outside.floor!.value).toBeCloseTo(1 / 3, 12);
  });

  it('a value that one patient has is nowhere', async () => {
    const odd = records(60, (i) => [[sbp(i === 17 ? 183.4721 : 100 + (i % 10))], [sbp(100 + (i % 10))]]);
    const usual = records(60, (i) => [[sbp(100 + (i % 10))], [sbp(101 + (i % 10))]]);
    for (const text of [
      await compared(odd, usual, usual),
      await compared(usual, odd, usual),
      await compared(odd, odd, usual),
    ].map((one) => JSON.stringify(one))) {
      expect(text).not.toMatch(/183/);
      expect(text).not.toMatch(/"finer"/);
    }
  });
});

/** Patients who have a value in each bin. */
function peopleIn(own: PatientRecord[], lab: string, edges: number[]): number[] {
  const bins = Array.from({ length: edges.length + 1 }, () => new Set<string>());
  for (const { id, events } of own)
    for (const { code, quantity } of events)
      if (code.code === lab && quantity?.value !== undefined)
        bins[edges.filter((edge) => edge <= quantity.value! + 1e-9).length].add(id);
  return bins.map(({ size }) => size);
}
