import { Dictionary } from '@ehrsynth/histories';
import { Rng } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { compareValues, VALUES_STEPS } from './compare-values.ts';
import { historiesOf, patients, shuffledValues, withValues } from './testing.ts';
import type { BothIntervals, ValuesComparison } from './values-comparison.ts';

const [training, holdout, fresh] = ['training', 'holdout', 'synthetic'].map((name) => patients(600, new Rng(name)));

function compared(synthetic: PatientRecord[]): Promise<ValuesComparison> {
  const dictionary = new Dictionary();
  const [R, H, S] = [training, holdout, synthetic].map((records) => historiesOf(records, dictionary));
  return compareValues(R, H, S);
}

/** Beyond the floor, by the intervals of both. */
function isWorse({ synthetic, floor }: BothIntervals): boolean {
  return synthetic!.lower > floor!.upper;
}

const independent = await compared(fresh);

describe('an independent draw', () => {
  it('meets the floor in every figure', () => {
    const { distribution, withinPatient, pairs, answers, measured, shifts } = independent;
    const figures = {
      ...distribution,
      ...withinPatient,
      pairs: pairs.difference,
      answers: answers.difference,
    };
    for (const [name, figure] of Object.entries(figures)) {
      expect(figure.of, name).toBeGreaterThan(0);
      expect(figure.synthetic!.measured, name).toBe(figure.of);
      expect(isWorse(figure), name).toBe(false);
      expect(figure.synthetic!.value, name).toBeLessThan(0.1);
    }
    for (const { difference } of Object.values(measured)) {
      expect(isWorse(difference)).toBe(false);
      expect(difference.synthetic!.value).toBeLessThan(0.03);
    }
    for (const { r, byCode } of Object.values(shifts)) {
      expect(byCode.length).toBeGreaterThan(3);
      expect(r.synthetic!.value).toBeGreaterThan(0.9);
      expect(r.floor!.value).toBeGreaterThan(0.9);
    }
  });

  it('is plain JSON, and the same for the same seed', async () => {
    expect(JSON.parse(JSON.stringify(independent))).toEqual(independent);
    expect(await compared(fresh)).toEqual(independent);
  });

  it('gives its steps', async () => {
    const dictionary = new Dictionary();
    const [R, H, S] = [training, holdout, fresh].map((records) => historiesOf(records.slice(0, 50), dictionary));
    const steps: string[] = [];
    await compareValues(R, H, S, { onStep: (name) => steps.push(name) });
    expect(new Set(steps).size).toBe(VALUES_STEPS);
  });
});

const dealt = await compared(shuffledValues(fresh, new Rng('deal')));

describe('values dealt out anew within each code', () => {
  const { distribution, withinPatient, pairs, shifts, measured } = dealt;

  it('are caught by how they go on in a patient, together in a visit and by condition', () => {
    for (const [name, figure] of Object.entries(withinPatient)) expect(isWorse(figure), name).toBe(true);
    expect(isWorse(pairs.difference)).toBe(true);
    for (const { r, difference } of Object.values(shifts)) {
      expect(isWorse(difference)).toBe(true);
      expect(r.synthetic!.value).toBeLessThan(r.floor!.lower);
    }
  });

  it('are not caught by their distribution, nor by what is measured: those stay as they were', () => {
    for (const figure of Object.values(distribution)) expect(isWorse(figure)).toBe(false);
    expect(measured.byClass.difference.synthetic).toEqual(independent.measured.byClass.difference.synthetic);
  });
});

describe('values that are rounded or shifted', () => {
  it('values rounded to 10 are caught by their last digits', async () => {
    const rounded = await compared(
      withValues(fresh, (value, lab) => (lab === '8480-6' ? 10 * Math.round(value / 10) : value)),
    );
    expect(isWorse(rounded.distribution.lastDigit)).toBe(true);
    const sbp = rounded.labs.find(({ lab }) => lab.code === '8480-6')!;
    expect(sbp.lastDigit.synthetic!.lower).toBeGreaterThan(0.85);
    expect(sbp.lastDigit.floor!.upper).toBeLessThan(0.1);
    expect(sbp.digits.find(({ digit }) => digit === '0')!.synthetic).toBe(1);
  });

  it('values with more decimals than the source records are caught by their last digits', async () => {
    const rng = new Rng('finer');
    const { labs } = await compared(withValues(fresh, (value) => value + 0.01 * rng.next()));
    for (const { lastDigit } of labs) expect(lastDigit.synthetic!.lower).toBeGreaterThan(0.5);
  });

  it('values that are too high are caught by their distribution, and those beyond the range counted', async () => {
    const { distribution } = await compared(withValues(fresh, (value) => 1.3 * value));
    for (const name of ['ks', 'wasserstein', 'outside'] as const) expect(isWorse(distribution[name]), name).toBe(true);
  });
});

it('what is measured at the wrong visits is caught', async () => {
  const classless = fresh.map((record) => ({
    ...record,
    encounters: record.encounters.map((visit, i) => ({ ...visit, class: i % 2 ? 'AMB' : 'EMER' })),
  }));
  const { measured } = await compared(classless);
  expect(isWorse(measured.byClass.difference)).toBe(true);
  const unmeasured = fresh.map((record) => ({
    ...record,
    events: record.events.filter(({ code }, i) => code.code !== '4548-4' || i % 2),
  }));
  expect(isWorse((await compared(unmeasured)).measured.byCondition.difference)).toBe(true);
});

it('answers with other shares are caught', async () => {
  const same = fresh.map((record) => ({
    ...record,
    events: record.events.map((event) =>
      event.answer?.code === 'former' ? { ...event, answer: { ...event.answer, code: 'never' } } : event,
    ),
  }));
  const { answers } = await compared(same);
  expect(isWorse(answers.difference)).toBe(true);
  expect(answers.byCode[0].difference.synthetic!.value).toBeGreaterThan(0.25);
});
