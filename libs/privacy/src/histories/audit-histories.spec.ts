import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { NoHistoriesError } from '../errors.ts';
import { auditHistories, HISTORIES_AUDIT_STEPS, type HistoriesAudit } from './audit-histories.ts';
import { histories, people, type TestHistory } from './testing.ts';

const [training, holdout, fresh] = ['training', 'holdout', 'synthetic'].map((name) => people(500, new Rng(name)));

const audited = (synthetic: TestHistory[], R = training, H = holdout) => auditHistories(...histories(R, H, synthetic));
const isCaught = ({ excess }: HistoriesAudit['closestPeople']) => excess!.lower > 0;

describe('an independent draw', async () => {
  const { membership, closerToTraining, closestPeople, copies } = await audited(fresh);

  it('is at one half, or at no excess, in every attack', async () => {
    for (const [name, { lower, upper }] of Object.entries({
      ...membership,
      closerToTraining: closerToTraining!,
    })) {
      expect(lower, name).toBeLessThan(0.5);
      expect(upper, name).toBeGreaterThan(0.5);
    }
    expect(Math.abs(closestPeople.excess!.value)).toBeLessThan(0.1);
    for (const [name, found] of Object.entries(copies)) {
      expect(isCaught(found), name).toBe(false);
      expect(found.excess!.upper, name).toBeLessThan(0.03);
    }
  });

  it('stays so when held-out patients are copied: they are no members', async () => {
    const { copies: control, membership: below } = await audited([...fresh.slice(50), ...holdout.slice(0, 50)]);
    for (const [name, found] of Object.entries(control)) expect(isCaught(found), name).toBe(false);
    expect(control.sequences.holdout.successes).toBeGreaterThan(40);
    expect(below.aligned!.upper).toBeLessThan(0.5);
  });
});

/** Share of these people, about, who have what a copy is of: half have five visits. */
const HAVING = { sequences: 1, withGaps: 1, runs: 1, longRuns: 0.5, near: 1, trajectories: 1 };

describe('copied training histories', () => {
  it('all of them: by every attack', async () => {
    const { membership, closerToTraining, closestPeople, copies } = await audited(training);
    for (const { lower } of [...Object.values(membership), closerToTraining!]) expect(lower).toBeGreaterThan(0.6);
    expect(membership.aligned!.lower).toBeGreaterThan(0.95);
    expect(closestPeople.excess!.lower).toBeGreaterThan(0.5);
    for (const [name, { excess }] of Object.entries(copies))
      expect(excess!.lower, name).toBeGreaterThan(0.6 * HAVING[name as keyof typeof HAVING]);
  });

  const tenth = training.slice(0, 50);
  const among = (copied: TestHistory[]) => audited([...fresh.slice(50), ...copied]);

  it('one in ten, found by a part of them: so many are counted, and the excess is that of everybody', async () => {
    const [R, H, S] = histories(training, holdout, [...fresh.slice(50), ...tenth]);
    const { patients, copies } = await auditHistories(R, H, S, { most: { people: 250, synthetic: 250 } });
    expect(patients.looked).toEqual({ training: 250, holdout: 250, synthetic: 250 });
    expect([copies.near.training.trials, copies.near.holdout.trials]).toEqual([250, 250]);
    expect(copies.near.excess!.lower).toBeGreaterThan(0);
    // About a tenth of the synthetic histories; half of that, were those who were looked at everybody.
    expect(copies.near.excess!.value).toBeGreaterThan(0.07);
    expect(copies.sequences.training.successes).toBeGreaterThan(25);
  });

  it('one in ten: by nearest neighbour, and by every kind of copy', async () => {
    const { membership, copies, closestPeople } = await among(tenth);
    expect(membership.aligned!.lower).toBeGreaterThan(0.5);
    expect(closestPeople.excess!.lower).toBeGreaterThan(0);
    for (const [name, found] of Object.entries(copies)) {
      expect(isCaught(found), name).toBe(true);
      expect(found.training.successes, name).toBeGreaterThan(25 * HAVING[name as keyof typeof HAVING]);
    }
  });

  it('one in ten with one code changed: by near copies, by runs of visits and by trajectories', async () => {
    const changed = tenth.map((visits) =>
      visits.map((visit, i) => (i === 0 ? { ...visit, codes: [99, ...visit.codes.slice(1)] } : visit)),
    );
    const { copies } = await among(changed);
    expect(isCaught(copies.sequences)).toBe(false);
    for (const name of ['near', 'runs', 'trajectories'] as const) expect(isCaught(copies[name]), name).toBe(true);
  });

  it('one in ten with dates shifted by a constant: as if they were not', async () => {
    const shifted = tenth.map((visits, i) => visits.map((visit) => ({ ...visit, day: visit.day + 17 + i })));
    expect((await among(shifted)).copies).toEqual((await among(tenth)).copies);
  });

  it('one in ten with the dates of each visit drawn anew: by the sequence, no more by its gaps', async () => {
    const moved = tenth.map((visits) => visits.map((visit, i) => ({ ...visit, day: 1000 * i })));
    const { copies } = await among(moved);
    expect(isCaught(copies.sequences)).toBe(true);
    expect(isCaught(copies.withGaps)).toBe(false);
  });

  it('one in ten without their first visit: by runs of visits', async () => {
    const { copies } = await among(tenth.map((visits) => visits.slice(1)));
    expect(isCaught(copies.sequences)).toBe(false);
    expect(isCaught(copies.runs)).toBe(true);
  });

  it('one in ten with all codes but their values changed: by trajectories alone', async () => {
    const hidden = tenth.map((visits) =>
      visits.map((visit) => ({
        ...visit,
        codes: visit.codes.map((code) => (code >= 100 ? code : 59 - code)),
      })),
    );
    const { copies } = await among(hidden);
    expect(isCaught(copies.trajectories)).toBe(true);
    expect(isCaught(copies.runs)).toBe(false);
  });
});

it('gives its steps, plain JSON, and the same for the same seed', async () => {
  const steps: string[] = [];
  const few = histories(training.slice(0, 60), holdout.slice(0, 60), fresh.slice(0, 60));
  const found = await auditHistories(...few, { seed: 3, onStep: (name) => steps.push(name) });
  expect(new Set(steps).size).toBe(HISTORIES_AUDIT_STEPS);
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  expect(await auditHistories(...few, { seed: 3 })).toEqual(found);
});

it('refuses histories of other dictionaries, and none', async () => {
  const [R, H, S] = histories(training.slice(0, 5), [], fresh.slice(0, 5));
  const refused = await auditHistories(R, H, S).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NoHistoriesError);
  expect(refused).toMatchObject({ message: expect.stringContaining('--holdout') });
  await expect(auditHistories(R, histories(holdout.slice(0, 5))[0], S)).rejects.toThrow('dictionaries');
});
