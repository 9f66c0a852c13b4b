import { Rng } from '@ehrsynth/random';
import { differenceOf, type Share } from '@ehrsynth/statistics';
import { expect, it } from 'vitest';
import { adviceOf } from './advice.ts';
import { tooFewReason } from './gate-outcome.ts';
import type { Figures, Gate } from './gate.ts';
import { GATES } from './gates.ts';
import { headline } from './headline.ts';
import { Policy } from './policy.ts';
import { judge, judgeGate } from './verdict.ts';

const rows = { training: 1457, holdout: 1043, synthetic: 1000 };
const figures = { comparison: { rows } } as Figures;
const gateOf = (name: string) => GATES.find((gate) => gate.name === name)!;

it('of shares of fewer rows than people more rows are advised, not more people', () => {
  // Five of 2,500 people given back nearly by 1,000 rows.
  const gate = judgeGate(gateOf('real-patients'), 0.01, { value: 0.005, lower: 0.002, upper: 0.0117 }, rows);
  expect(gate).toMatchObject({ outcome: 'too few to tell', draws: 1400 });
  expect(gate.needed).toBeUndefined();
  const verdict = { passed: false, gates: [gate], off: [], loosened: [], accepted: [], heldOut: 1043, advice: [] };
  expect(headline(verdict)).toContain(
    'these synthetic patients are too few to tell (about 1,400 synthetic patients needed)',
  );
  expect(adviceOf([gate], figures).join()).toMatch(/^Generate about 1,400 patients \(-n\)/);
});

it('says that no attack passes with fewer than a hundred held out, where that alone is in the way', () => {
  const few = { training: 140, holdout: 60, synthetic: 200 };
  const sides = { comparison: { rows: few } } as Figures;
  const within = judgeGate(gateOf('membership-sets'), 0.55, { value: 0.4, lower: 0.32, upper: 0.48 }, few);
  expect(within).toMatchObject({ outcome: 'too few to tell', value: 0.48 });
  expect(tooFewReason(within)).toMatch(
    /^with fewer than 100 held-out patients no attack passes; about \d+ held-out patients needed$/,
  );
  expect(adviceOf([within], sides).join()).toContain('With fewer than 100 held-out patients no attack passes');
  const beyond = judgeGate(gateOf('membership-sets'), 0.55, { value: 0.5, lower: 0.41, upper: 0.59 }, few);
  expect(tooFewReason(beyond)).toMatch(/^about \d+ held-out patients needed$/);
  expect(adviceOf([beyond], sides).join()).not.toContain('no attack passes');
});

it('of as many rows as people, more of both', () => {
  const figure = { value: 0.006, lower: 0, upper: 0.0126 };
  const gate = judgeGate(gateOf('exact-copies'), 0.01, figure, { ...rows, synthetic: 1457 });
  expect(gate.needed).toBeGreaterThan(1043);
  expect(gate.draws).toBeGreaterThan(gate.needed!);
  expect(adviceOf([gate], figures).join()).toMatch(/1,043 held out, about [\d,]+ needed .* Generate about/);
});

it('where another gate needs more people, as many rows as these are then', () => {
  const at = (value: number, upper: number) => ({ value, lower: 2 * value - upper, upper });
  const privacy = {
    copies: { exact: { excess: at(0.009, 0.0156) } },
    inference: { attacks: 10_430, risk: at(-0.009, 0.063) },
  };
  const off = GATES.filter(({ name }) => name !== 'k-anonymity').map(({ name }) => [name, 'off'] as const);
  const asked = { ...Object.fromEntries(off), 'exact-copies': 0.01, inference: 0.05 };
  const found = judge({ ...figures, privacy } as unknown as Figures, { ...Policy.parse({}), gates: asked }, {});
  const [copies, inference] = found.gates;
  expect(inference.needed).toBeGreaterThan(copies.needed!);
  expect(copies.draws).toBeGreaterThanOrEqual((1457 * inference.needed!) / 1043);
});

it('of an attack that looks at no more people none are advised', () => {
  const figure = { value: 0.05, lower: -0.04, upper: 0.14 };
  const gate = judgeGate(gateOf('linkability'), 0.1, figure, { training: 20_000, holdout: 9000, synthetic: 20_000 });
  expect(gate.outcome).toBe('too few to tell');
  expect([gate.needed, gate.draws]).toEqual([undefined, undefined]);
  expect(adviceOf([gate], figures).join()).toMatch(/uses as many as it can: linkability/);
});

it('with as many patients as are advised, an attack that gains nothing passes in most cases', () => {
  const gate: Gate = { ...gateOf('closer-to-training'), threshold: 0.05 };
  const rng = new Rng(8);
  const share = (trials: number): Share => {
    let successes = 0;
    for (let i = 0; i < trials; i++) if (rng.chance(0.4)) successes++;
    return { successes, trials };
  };
  const judged = (people: number) => {
    const sides = { training: people, holdout: people, synthetic: people };
    return judgeGate(gate, 0.05, differenceOf(share(people), share(people)), sides);
  };
  const undecided = Array.from({ length: 60 }, () => judged(600)).filter(({ needed }) => needed !== undefined);
  expect(undecided.length).toBeGreaterThan(20);
  const passed = undecided.filter(({ needed }) => judged(needed!).outcome === 'passed').length;
  expect(passed / undecided.length).toBeGreaterThan(0.8);
});

it('where nobody was found, as many are needed as show that, and not the square', () => {
  const gate = gateOf('near-copies');
  const judged = (training: number, holdout: number) => {
    const none = differenceOf({ successes: 0, trials: training }, { successes: 0, trials: holdout });
    return judgeGate(gate, 0.0075, none, { training, holdout, synthetic: training + holdout });
  };
  const { needed, draws } = judged(66, 34);
  // 3.84 / (n + 3.84) of n training patients is the upper end; two in three of them leave room for chance.
  expect(needed).toBeGreaterThan(263);
  expect(needed).toBeLessThan(450);
  expect(draws).toBeLessThan(1000);
  expect(judged((66 * needed!) / 34, needed!).outcome).toBe('passed');
  expect(judged((33 * needed!) / 34, needed! / 2).outcome).toBe('too few to tell');
});

it.each(['prevalence-shortfall', 'dimension-wise-prediction'])(
  '%s passes by the figure itself, fails where it is no chance, and is undecided between',
  (name) => {
    const gate = gateOf(name);
    const { threshold } = gate;
    const judged = (value: number, half: number) =>
      judgeGate(gate, threshold!, { value, lower: value - half, upper: value + half }, { ...rows, holdout: 34 });
    expect(judged(0.9 * threshold!, threshold!).outcome).toBe('passed');
    expect(judged(2 * threshold!, 1.2 * threshold!).outcome).toBe('failed');
    const undecided = judged(2 * threshold!, 1.5 * threshold!);
    expect(undecided).toMatchObject({ outcome: 'too few to tell', value: 2 * threshold! });
    expect(undecided.needed).toBeGreaterThan(34);
  },
);
