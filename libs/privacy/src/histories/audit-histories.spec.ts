import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import type { Reproduced } from '../copies.ts';
import { auditHistories, HISTORIES_AUDIT_STEPS } from './audit-histories.ts';
import { histories, people, type TestHistory } from './testing.ts';

const [training, holdout, fresh] = ['training', 'holdout', 'synthetic'].map((name) =>
  people(500, new Rng(name)),
);

const audited = (synthetic: TestHistory[], R = training, H = holdout) =>
  auditHistories(...histories(R, H, synthetic));
const isCaught = ({ excess }: Reproduced) => excess.lower > 0;

describe('an independent draw', () => {
  const { membership, closerToTraining, closestPeople, copies } = audited(fresh);

  it('is at one half, or at no excess, in every attack', () => {
    for (const [name, { lower, upper }] of Object.entries({ ...membership, closerToTraining })) {
      expect(lower, name).toBeLessThan(0.5);
      expect(upper, name).toBeGreaterThan(0.5);
    }
    expect(Math.abs(closestPeople.excess.value)).toBeLessThan(0.1);
    for (const [name, found] of Object.entries(copies)) {
      expect(isCaught(found), name).toBe(false);
      expect(found.excess.upper, name).toBeLessThan(0.03);
    }
  });

  it('stays so when held-out patients are copied: they are no members', () => {
    const { copies: control, membership: below } = audited([...fresh.slice(50), ...holdout.slice(0, 50)]);
    for (const [name, found] of Object.entries(control)) expect(isCaught(found), name).toBe(false);
    expect(control.sequences.holdout.successes).toBeGreaterThan(40);
    expect(below.aligned.upper).toBeLessThan(0.5);
  });
});

describe('copied training histories', () => {
  it('all of them: by every attack', () => {
    const { membership, closerToTraining, closestPeople, copies } = audited(training);
    for (const { lower } of [...Object.values(membership), closerToTraining])
      expect(lower).toBeGreaterThan(0.6);
    expect(membership.aligned.lower).toBeGreaterThan(0.95);
    expect(closestPeople.excess.lower).toBeGreaterThan(0.5);
    for (const [name, { excess }] of Object.entries(copies)) expect(excess.lower, name).toBeGreaterThan(0.6);
  });

  const tenth = training.slice(0, 50);
  const among = (copied: TestHistory[]) => audited([...fresh.slice(50), ...copied]);

  it('one in ten: by nearest neighbour, and by every kind of copy', () => {
    const { membership, copies, closestPeople } = among(tenth);
    expect(membership.aligned.lower).toBeGreaterThan(0.5);
    expect(closestPeople.excess.lower).toBeGreaterThan(0);
    for (const [name, found] of Object.entries(copies)) {
      expect(isCaught(found), name).toBe(true);
      expect(found.training.successes, name).toBeGreaterThan(25);
    }
  });

  it('one in ten with one code changed: by near copies, by runs of visits and by trajectories', () => {
    const changed = tenth.map((visits) =>
      visits.map((visit, i) => (i === 0 ? { ...visit, codes: [99, ...visit.codes.slice(1)] } : visit)),
    );
    const { copies } = among(changed);
    expect(isCaught(copies.sequences)).toBe(false);
    for (const name of ['near', 'runs', 'trajectories'] as const)
      expect(isCaught(copies[name]), name).toBe(true);
  });

  it('one in ten with dates shifted by a constant: as if they were not', () => {
    const shifted = tenth.map((visits, i) => visits.map((visit) => ({ ...visit, day: visit.day + 17 + i })));
    expect(among(shifted).copies).toEqual(among(tenth).copies);
  });

  it('one in ten with the dates of each visit drawn anew: by the sequence, no more by its gaps', () => {
    const moved = tenth.map((visits) => visits.map((visit, i) => ({ ...visit, day: 1000 * i })));
    const { copies } = among(moved);
    expect(isCaught(copies.sequences)).toBe(true);
    expect(isCaught(copies.withGaps)).toBe(false);
  });

  it('one in ten without their first visit: by runs of visits', () => {
    const { copies } = among(tenth.map((visits) => visits.slice(1)));
    expect(isCaught(copies.sequences)).toBe(false);
    expect(isCaught(copies.runs)).toBe(true);
  });

  it('one in ten with all codes but their values changed: by trajectories alone', () => {
    const hidden = tenth.map((visits) =>
      visits.map((visit) => ({
        ...visit,
        codes: visit.codes.map((code) => (code >= 100 ? code : 59 - code)),
      })),
    );
    const { copies } = among(hidden);
    expect(isCaught(copies.trajectories)).toBe(true);
    expect(isCaught(copies.runs)).toBe(false);
  });
});

it('gives its steps, plain JSON, and the same for the same seed', () => {
  const steps: string[] = [];
  const few = histories(training.slice(0, 60), holdout.slice(0, 60), fresh.slice(0, 60));
  const found = auditHistories(...few, { seed: 3, onStep: (name) => steps.push(name) });
  expect(new Set(steps).size).toBe(HISTORIES_AUDIT_STEPS);
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  expect(auditHistories(...few, { seed: 3 })).toEqual(found);
});

it('of one person on each side says nothing', () => {
  const { membership, copies } = audited(fresh.slice(0, 1), training.slice(0, 1), holdout.slice(0, 1));
  for (const { lower, upper } of Object.values(membership)) expect([lower, upper]).toEqual([0, 1]);
  for (const found of Object.values(copies)) expect(isCaught(found)).toBe(false);
});

it('refuses histories of other dictionaries, and none', () => {
  const [R, H, S] = histories(training.slice(0, 5), [], fresh.slice(0, 5));
  expect(() => auditHistories(R, H, S)).toThrow('no patients');
  expect(() => auditHistories(R, histories(holdout.slice(0, 5))[0], S)).toThrow('dictionaries');
});
