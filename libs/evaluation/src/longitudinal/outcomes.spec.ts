import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import { averagePrecision } from './average-precision.ts';
import { membersOf } from './code-set.ts';
import { Disease } from './code-sets.ts';
import { cohortOf } from './cohort.ts';
import { kaplanMeier } from './kaplan-meier.ts';
import { OUTCOMES, type OutcomeDefinition } from './outcome-definitions.ts';
import { outcomeFit } from './outcomes.ts';
import { recordOf, sidesOf } from './testing.ts';

const readmission = OUTCOMES.find(({ name }) => name === 'heart-failure-readmission')!;
const kidneys = OUTCOMES.find(({ name }) => name === 'diabetes-kidney-disease')!;

async function labelsOf(record: ReturnType<typeof recordOf>, definition: OutcomeDefinition) {
  const { holdout } = await sidesOf([record], [record]);
  const { labels, daysFollowed, hasOutcome } = cohortOf(holdout, definition);
  return [...labels].map((label, i) => [label, hasOutcome[i], daysFollowed[i]]);
}

it('readmission in 30 days of the discharge from the first stay with heart failure', async () => {
  const stay = [10, 'I50.9', 'IMP', 15] as [number, string, string, number];
  expect(await labelsOf(recordOf([[0, 'I50.9'], stay, [45, 'X', 'IMP']]), readmission)).toEqual([[1, 1, 30]]);
  expect(await labelsOf(recordOf([stay, [46, 'X', 'IMP']]), readmission)).toEqual([[0, 1, 31]]);
  expect(await labelsOf(recordOf([stay, [20, 'X'], [99, 'X']]), readmission)).toEqual([[0, 0, 84]]);
  // On the day of discharge: moved, not admitted again.
  expect(await labelsOf(recordOf([stay, [15, 'X', 'IMP', 18]]), readmission)).toEqual([[0, 0, 3]]);
  expect(await labelsOf(recordOf([stay], { deathDate: '2020-01-21' }), readmission)).toEqual([[0, 0, 5]]);
  expect(await labelsOf(recordOf([[10, 'I51', 'IMP', 15]]), readmission)).toEqual([]);
});

it('kidney disease in 5 years of diabetes: of those who had none, after the hold-off', async () => {
  expect(
    await labelsOf(
      recordOf([
        [0, 'E11.9'],
        [400, 'N18.3'],
      ]),
      kidneys,
    ),
  ).toEqual([[1, 1, 400]]);
  expect(
    await labelsOf(
      recordOf([
        [0, 'E119'],
        [1826, 'N183'],
      ]),
      kidneys,
    ),
  ).toEqual([[0, 1, 1826]]);
  expect(
    await labelsOf(
      recordOf([
        [0, 'N18.3'],
        [10, 'E11.9'],
        [400, 'N18.3'],
      ]),
      kidneys,
    ),
  ).toEqual([]);
  expect(
    await labelsOf(
      recordOf([
        [0, 'E11.9 N18.3'],
        [400, 'N18.3'],
      ]),
      kidneys,
    ),
  ).toEqual([]);
  const later = { ...kidneys, holdOffDays: 30, firstOnly: false };
  expect(
    await labelsOf(
      recordOf([
        [0, 'E11.9'],
        [20, 'N18.3'],
        [50, 'N18.3'],
      ]),
      later,
    ),
  ).toEqual([[1, 1, 20]]);
  expect(
    await labelsOf(
      recordOf([
        [0, 'E11.9'],
        [20, 'N18.3'],
      ]),
      { ...kidneys, holdOffDays: 30 },
    ),
  ).toEqual([]);
});

it('codes by their systems: ICD by the beginning, SNOMED whole', async () => {
  const { holdout } = await sidesOf([recordOf([[0, 'E11.3 N17 N18.3']])], []);
  const { dictionary } = holdout.histories;
  expect([...membersOf(Disease.kidneyDisease, dictionary)]).toEqual([0, 0, 1]);
  expect([...membersOf(Disease.diabeticRetinopathy, dictionary)]).toEqual([1, 0, 0]);
  dictionary.codeNumber('condition', { system: 'http://snomed.info/sct', code: '7090440040' });
  dictionary.codeNumber('condition', { system: 'http://snomed.info/sct', code: '709044004' });
  expect([...membersOf(Disease.kidneyDisease, dictionary)].slice(3)).toEqual([0, 1]);
  const icd9 = ['250.00', '25002', '250.01'].map((code) =>
    dictionary.codeNumber('condition', { system: 'http://hl7.org/fhir/sid/icd-9-cm', code }),
  );
  const diabetes = membersOf(Disease.type2Diabetes, dictionary);
  expect(icd9.map((code) => diabetes[code])).toEqual([1, 1, 0]);
});

it('Kaplan–Meier, worked by hand; no point of few people', () => {
  // At 1: 4/5. At 2 one leaves. At 3: 2/3 of it. At 4 one leaves. At 24: none is left.
  const days = [1, 2, 3, 4, 24];
  const events = [1, 0, 1, 0, 1];
  const curve = kaplanMeier(days, events, 24, 0);
  const at = (day: number) => curve.find((point) => point.day === day)!.share;
  expect(at(1)).toBeCloseTo(0.8, 12);
  expect(at(2)).toBeCloseTo(0.8, 12);
  expect(at(3)).toBeCloseTo(0.8 * (2 / 3), 12);
  expect(at(24)).toBe(0);
  // Two outcomes at least in each step that is shown, and two people followed.
  expect(kaplanMeier(days, events, 24, 2).map(({ day }) => day)).toEqual([0, 3]);
});

it('average precision, worked by hand; ties are one step', () => {
  expect(averagePrecision([4, 3, 2, 1], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(averagePrecision([1, 1, 1, 1], [1, 0, 0, 0])).toBeCloseTo(0.25, 12);
});

it('an outcome that follows from a code before is predicted, unless the records have it the other way round', async () => {
  const rng = new Rng(5);
  const people = (count: number, isTurned = false) =>
    Array.from({ length: count }, () => {
      const isIll = rng.chance(0.5);
      const has = rng.chance(isIll !== isTurned ? 0.8 : 0.2);
      return recordOf([[0, isIll ? 'X1' : 'X2'], [100, 'E11.9'], ...(has ? [[300, 'N18.3']] : [[300, 'X']])] as [
        number,
        string,
      ][]);
    });
  const fit = async (synthetic: ReturnType<typeof people>) =>
    outcomeFit(await sidesOf(people(300), synthetic, people(300)), kidneys, 11, new Rng(1));
  const [good, turned] = [await fit(people(300)), await fit(people(300, true))];
  expect(good.prediction!.real.auroc.value).toBeGreaterThan(0.7);
  expect(good.prediction!.synthetic.auroc.value).toBeGreaterThan(0.7);
  expect(turned.prediction!.synthetic.auroc.upper).toBeLessThan(good.prediction!.real.auroc.lower);
  expect(turned.prediction!.synthetic.auprc.upper).toBeLessThan(good.prediction!.real.auprc.lower);
  expect(good.prevalence.holdout!.value).toBeCloseTo(0.5, 0);
});

it('too few people are not measured, and small cells not shown', async () => {
  const ill = Array.from({ length: 30 }, (_, i) =>
    recordOf([
      [0, 'E11.9'],
      [300, i < 5 ? 'N18.3' : 'X'],
    ]),
  );
  const found = await outcomeFit(await sidesOf(ill, ill), kidneys, 11, new Rng(1));
  expect(found.notMeasured).toBe('fewer than 20 held-out patients have the outcome');
  expect(found.prediction).toBeUndefined();
  expect(Object.keys(found.prevalence)).toEqual(['synthetic']);
  const none = await outcomeFit(await sidesOf(ill.slice(0, 4), ill), kidneys, 11, new Rng(1));
  expect(Object.keys(none.survival)).toEqual(['synthetic']);
  expect(Object.keys(none.people)).toEqual(['synthetic']);
});
