import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import { auditHistories, type HistoriesAudit } from './audit-histories.ts';
import { histories, people, type TestHistory } from './testing.ts';

const [R, H, S] = ['training', 'holdout', 'synthetic'].map((name) => people(60, new Rng(name)));
const silent: TestHistory[] = R.map(() => []);

/** The audit, which is plain JSON in every case. */
async function audited(training: TestHistory[], holdout: TestHistory[], synthetic: TestHistory[]) {
  const found = await auditHistories(...histories(training, holdout, synthetic));
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  return found;
}

const excesses = ({ copies, closestPeople }: HistoriesAudit) =>
  [...Object.values(copies), closestPeople].map(({ excess }) => excess);

it.each([
  ['one person on each side', R.slice(0, 1), H.slice(0, 1), S.slice(0, 1), 'training'],
  ['one synthetic history', R, H, S.slice(0, 1), 'synthetic'],
  ['synthetic records without visits', R, H, silent, 'synthetic'],
  ['held-out records without visits', R, silent, S, 'held-out'],
  ['no visits anywhere', silent, silent, silent, 'training'],
])('nothing is measured of %s', async (_, training, holdout, synthetic, side) => {
  const found = await audited(training, holdout, synthetic);
  expect(found.notMeasured).toBe(`fewer than 10 ${side} histories have a code`);
  expect([found.membership, found.roc, found.closerToTraining]).toEqual([{}, {}, undefined]);
  for (const excess of excesses(found)) expect(excess).toBeUndefined();
});

it.each([
  ['ten synthetic histories', S.slice(0, 10)],
  ['all patients the same', S.map(() => S[0])],
  ['records with one visit', S.map((visits) => visits.slice(0, 1))],
  ['copies of training histories', R],
])('of %s shares are between −1 and 1', async (name, synthetic) => {
  const found = await audited(R, H, synthetic);
  expect(found.notMeasured).toBeUndefined();
  for (const excess of excesses(found)) {
    expect(excess!.lower).toBeGreaterThanOrEqual(-1);
    expect(excess!.upper).toBeLessThanOrEqual(1);
  }
  const isCopied = name.startsWith('copies');
  expect(found.membership.aligned!.lower > 0.5).toBe(isCopied);
  expect(found.copies.sequences.excess!.lower > 0).toBe(isCopied);
});

it('ends with the reason of its signal', async () => {
  const controller = new AbortController();
  const onStep = (name: string) => {
    if (name === 'nearest histories') controller.abort(new Error('stopped'));
  };
  const { signal } = controller;
  await expect(auditHistories(...histories(R, H, S), { onStep, signal })).rejects.toThrow('stopped');
});
