import type { Column } from '@ehrsynth/matrix';
import { type ModelName, optionsOf } from '@ehrsynth/models';
import { noiseFor, prvEpsilonOf } from '@ehrsynth/privacy';
import { expect, it } from 'vitest';
import { IncompleteOptionsError, IneffectiveOptionError, NotPrivateError } from '../errors.ts';
import { type BudgetOptions, budgetOf, privacyNotesOf } from './privacy-budget.ts';

const columns = Array.from({ length: 30 }, (_, i): Column => ({
  kind: 'condition',
  system: 'x',
  code: `c${i}`,
  level: 'code',
}));
const DP = { dpEpsilon: 4, dpDelta: 1e-4 } as const;

function budget(model: ModelName, more: BudgetOptions, settings: Record<string, unknown> = {}) {
  const options = optionsOf(model, { epochs: 2, hidden: 8, ...settings });
  const given = Object.keys(settings);
  return budgetOf({ ...DP, ...more }, { model, options, given, patients: 500, rows: { rows: 500, columns } });
}

it('of a model of records the budget covers time and values, and columns are all that stays public', () => {
  const statement = budget('visits', { dpPublic: ['columns'] })!;
  expect(Object.keys(statement.public)).toEqual(['columns']);
  expect(statement.covered[0]).toMatch(/whole records: .* times and order$/);
  expect(statement.covered[1]).toMatch(/^counts of patients/);
  expect(statement.tally!.counts).toBeGreaterThan(4800);
  expect(statement.epsilon).toBeLessThanOrEqual(4);
  expect(statement.noiseMultiplier).toBeGreaterThan(0);
});

it('values are learned within the same budget, where there are patients enough for counts of them', () => {
  const lab: Column = { kind: 'measurement', system: 'x', code: 'lab', level: 'code' };
  const of = (patients: number, own: Column[]) =>
    budgetOf(
      { ...DP, dpDelta: 1e-5, dpPublic: ['columns'] },
      {
        model: 'visits',
        options: optionsOf('visits', { epochs: 2, hidden: 8 }),
        given: [],
        patients,
        rows: { rows: patients, columns: own },
      },
    )!;
  const statement = of(5000, [...columns, lab]);
  const { samplingRate, steps, noiseMultiplier, values, tally, epsilon } = statement;
  expect(statement.covered.join()).toMatch(/times and order, and values.*counts of patients.*bins of values/);
  expect(statement.public.columns).toMatch(/the unit that the values/);
  // All spend together what is stated, and the budget allows for; the counts of values a tenth of the inverse variance, those of lives a half.
  const spent = prvEpsilonOf(
    [
      { samplingRate, steps, noiseMultiplier },
      { samplingRate: 1, steps: 1, noiseMultiplier: values!.noiseMultiplier },
      { samplingRate: 1, steps: 1, noiseMultiplier: tally!.noiseMultiplier },
    ],
    1e-5,
    { epsilonError: 0.04 },
  );
  expect(spent.upper).toBeCloseTo(epsilon, 6);
  expect(epsilon).toBeLessThanOrEqual(4);
  const alone = noiseFor(4, 1e-5, { samplingRate: 1, steps: 1 }).noiseMultiplier;
  expect((alone / values!.noiseMultiplier) ** 2).toBeCloseTo(0.1, 3);
  expect((alone / tally!.noiseMultiplier) ** 2).toBeCloseTo(0.5, 3);
  // Of 20,000 patients the noise hides no common code; of 200 it hides most.
  expect(privacyNotesOf('visits', statement, 20_000)).toEqual([]);
  const few = of(200, [...columns, lab]);
  expect(few.values).toBeUndefined();
  expect(privacyNotesOf('visits', few, 200)).toEqual([
    expect.stringMatching(/^The noise on the number of patients with a code is ± \d\d of 200/),
    expect.stringMatching(/without their values/),
  ]);
});

it('columns that were chosen by noisy counts are within the budget, and only the units of values are declared public', () => {
  const chosen = { noiseMultiplier: 8, contributions: 16, threshold: 180, delta: 2e-5 };
  const of = (model: ModelName, dpPublic: BudgetOptions['dpPublic'], dpDelta = 1e-4) =>
    budgetOf(
      { ...DP, dpDelta, dpPublic },
      {
        model,
        options: optionsOf(model, { epochs: 2, hidden: 8 }),
        given: [],
        patients: 500,
        rows: { rows: 500, columns },
        chosen,
      },
    )!;
  const statement = of('visits', ['units']);
  expect(Object.keys(statement.public)).toEqual(['units']);
  expect(statement.covered).toContain('columns: which codes there are');
  expect(statement.columns).toEqual({ mechanism: 'Gaussian sparse histogram', ...chosen });
  // What is left of δ is for the noise of all four.
  const { samplingRate, steps, noiseMultiplier, tally } = statement;
  const once = (noise: number) => ({ samplingRate: 1, steps: 1, noiseMultiplier: noise });
  const all = [{ samplingRate, steps, noiseMultiplier }, once(tally!.noiseMultiplier), once(8)];
  expect(prvEpsilonOf(all, 8e-5, { epsilonError: 0.04 }).upper).toBeCloseTo(statement.epsilon, 6);
  expect(prvEpsilonOf(all.slice(0, 2), 8e-5, { epsilonError: 0.04 }).upper).toBeLessThan(statement.epsilon - 0.02);
  expect(Object.keys(of('autoregressive', ['timeline']).public)).toEqual(['timeline']);
  expect(() => of('visits', ['columns'])).toThrow(/columns were chosen by noisy counts/);
  expect(() => of('visits', [])).toThrow(/--dp-public units/);
  expect(() => of('visits', ['units'], 1e-5)).toThrow(/already spent 0.00002/);
});

it('a flow of values, which there is none of then, is refused', () => {
  const flow = () => budget('visits', { dpPublic: ['columns'] }, { values: 'flow' });
  expect(flow).toThrow(IneffectiveOptionError);
  expect(flow).toThrow(/--values has no effect with --dp-epsilon: values are then learned by bins/);
});

it('a timeline is neither needed nor accepted where there is none', () => {
  expect(() => budget('visits', { dpPublic: ['columns', 'timeline'] })).toThrow(IneffectiveOptionError);
  expect(() => budget('visits', { dpPublic: ['columns', 'timeline'] })).toThrow(/Visits learns time within its budget/);
  expect(() => budget('visits', {})).toThrow(IncompleteOptionsError);
  expect(() => budget('visits', {})).toThrow(/network\. The columns .* --dp-public columns, or/);
});

it('a model of rows needs both', () => {
  expect(() => budget('autoregressive', { dpPublic: ['columns'] })).toThrow(/--dp-public columns,timeline/);
  const statement = budget('autoregressive', { dpPublic: ['columns', 'timeline'] })!;
  expect(Object.keys(statement.public)).toEqual(['columns', 'timeline']);
  expect(statement.covered.join()).not.toMatch(/values/);
  expect(statement.tally).toBeUndefined();
});

it('a model that looks at patients twice is refused, with the reason and a model to take', () => {
  expect(() => budget('seqgan', { dpPublic: ['columns'] })).toThrow(NotPrivateError);
  expect(() => budget('seqgan', { dpPublic: ['columns'] })).toThrow(
    /SeqGAN cannot be trained with --dp-epsilon: its discriminator/,
  );
});

it.each([
  ['visits', 'patience', 3],
  ['visits', 'dropout', 0.2],
  ['autoregressive', 'softmax', 'full'],
] as const)('%s: --%s has no effect, and is refused', (model, option, value) => {
  expect(() => budget(model, { dpPublic: ['columns'] }, { [option]: value })).toThrow(
    new RegExp(`--${option} has no effect with --dp-epsilon`),
  );
});
