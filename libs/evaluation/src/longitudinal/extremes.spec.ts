import type { PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { compareValues } from '../values/compare-values.ts';
import { compareHistories } from './compare-histories.ts';
import { historiesOf, lives } from './testing.ts';

const [R, H, S] = [lives(40, 1), lives(40, 2), lives(40, 3)];
const silent = S.map((record) => ({ ...record, encounters: [], events: [] }));
const firstVisit = (record: PatientRecord): PatientRecord => ({
  ...record,
  encounters: record.encounters.slice(0, 1),
  events: record.events.filter(({ encounter }) => encounter === 0),
});
/** With these values in turn in place of those measured; undefined leaves one as it is. */
const valued = (records: PatientRecord[], values: (number | undefined)[]): PatientRecord[] =>
  records.map((record) => ({
    ...record,
    events: record.events.map((event, i) =>
      event.quantity
        ? {
            ...event,
            quantity: { ...event.quantity, value: values[i % values.length] ?? event.quantity.value },
          }
        : event,
    ),
  }));

/** Both comparisons, which are plain JSON in every case: no number that JSON has not. */
async function compared(...sides: PatientRecord[][]) {
  const [training, holdout, synthetic] = await historiesOf(...sides);
  const found = {
    histories: await compareHistories(training, holdout, synthetic),
    values: await compareValues(training, holdout, synthetic),
  };
  const isOdd = (value: unknown) => typeof value === 'number' && !Number.isFinite(value);
  expect(JSON.stringify(found, (_, value: unknown) => (isOdd(value) ? 'odd' : value))).not.toContain('"odd"');
  return found;
}

it.each([
  ['one patient on each side', R.slice(0, 1), H.slice(0, 1), S.slice(0, 1)],
  ['one synthetic patient', R, H, S.slice(0, 1)],
  ['synthetic records without visits', R, H, silent],
  ['no visits anywhere', silent, silent, silent],
])('of %s no figure is measured, and each says why', async (_, ...sides) => {
  const { histories, values } = await compared(...sides);
  for (const figure of [histories.codes.visitCodes, histories.time.span, histories.nextVisitPrediction.gap]) {
    expect(figure.synthetic).toBeUndefined();
    expect(figure.notMeasured).toEqual(expect.any(String));
  }
  expect(values.distribution.ks.synthetic).toBeUndefined();
});

it.each([
  ['all patients the same', S.map(() => S[0])],
  ['records with one visit', S.map(firstVisit)],
])('%s are far from the floor', async (_, synthetic) => {
  const { codes } = (await compared(R, H, synthetic)).histories;
  expect(codes.recordCodes.synthetic!.value).toBeLessThan(codes.recordCodes.floor!.lower);
});

it('copies of training records are as the floor', async () => {
  const { histories, values } = await compared(R, H, R);
  expect(histories.codes.visitCodes.synthetic!.value).toBeCloseTo(histories.codes.visitCodes.floor!.value, 10);
  expect(values.distribution.ks.synthetic!.value).toBeCloseTo(values.distribution.ks.floor!.value, 10);
});

it('huge values on the synthetic side leave the floor as it is; on all sides no area is measured', async () => {
  const usual = (await compared(R, H, S)).values.labs[0];
  const huge = [1e308, -1e308, Number.MAX_VALUE, undefined];
  const [one] = (await compared(R, H, valued(S, huge))).values.labs;
  expect(one.wasserstein.floor!.value).toBeCloseTo(usual.wasserstein.floor!.value, 10);
  expect(one.wasserstein.synthetic).toBeUndefined();
  expect(one.outside.synthetic!.value).toBeGreaterThan(0.5);
  const [all] = (await compared(...[R, H, S].map((side) => valued(side, [1e308, -1e308])))).values.labs;
  expect(all.wasserstein).toEqual({});
});

it('both end with the reason of their signal', async () => {
  const [training, holdout, synthetic] = await historiesOf(R, H, S);
  for (const compare of [compareHistories, compareValues]) {
    const controller = new AbortController();
    let steps = 0;
    const onStep = () => {
      if (++steps === 3) controller.abort(new Error('stopped'));
    };
    const { signal } = controller;
    await expect(compare(training, holdout, synthetic, { onStep, signal })).rejects.toThrow('stopped');
    expect(steps).toBe(3);
  }
});
