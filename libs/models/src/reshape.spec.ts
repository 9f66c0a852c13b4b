import { beforeAll, describe, expect, it } from 'vitest';
import { twoKinds } from '../test/two-kinds.ts';
import { ChowLiu } from './baselines/chow-liu.ts';
import { chanceOf, isReached, type Margin, planShape, type PlanOptions, reshaped, type Shape } from './reshape.ts';
import type { SampledRow } from './synthesizer.ts';

// Columns: female, male; codes 2–4 of the first kind, 5–7 of the second, which are women.
const matrix = twoKinds(4000);
const model = new ChowLiu(matrix.columns);
beforeAll(() => model.fit(matrix).then(() => {}));

const anybody: Shape = { name: 'any', isWanted: () => true, margins: [] };
const sex = (female: number): Margin => ({
  name: 'sex',
  cells: ['female', 'male'],
  targets: [female, 1 - female],
  cellOf: (own) => (own.has(0) ? 0 : own.has(1) ? 1 : -1),
});
const code = (column: number, share: number): Margin => ({
  name: `c${column}`,
  cells: ['present', 'absent'],
  targets: [share, 1 - share],
  cellOf: (own) => (own.has(column) ? 0 : 1),
});

const options = (more: Partial<PlanOptions<SampledRow>> = {}): PlanOptions<SampledRow> => ({
  seed: 3,
  rows: 1000,
  mostDraws: 1_000_000,
  columnsOf: ({ entries }) => entries.map(([column]) => column),
  ...more,
});

async function take(shape: Shape, rows: number) {
  const plan = await planShape(model, shape, options());
  const taken: number[][] = [];
  for await (const { entries } of reshaped(model, chanceOf(shape, plan.weights), options({ seed: 5 }))) {
    taken.push(entries.map(([column]) => column));
    if (taken.length === rows) break;
  }
  return { plan, taken };
}

async function usual(rows: number): Promise<number[][]> {
  const drawn: number[][] = [];
  for await (const { entries } of model.sample(rows, { seed: 99 })) drawn.push(entries.map(([column]) => column));
  return drawn;
}

const share = (rows: number[][], column: number) => rows.filter((own) => own.includes(column)).length / rows.length;

describe('reshaping', () => {
  it('what is wanted of all holds for all, and the rest is as it is given that', async () => {
    const { taken, plan } = await take({ ...anybody, isWanted: (own) => own.has(0) && own.has(5) }, 4000);
    expect(taken.every((own) => own.includes(0) && own.includes(5))).toBe(true);
    expect(plan.effective).toBeCloseTo(plan.matching, 9);
    const such = (await usual(20_000)).filter((own) => own.includes(0) && own.includes(5));
    for (const column of [2, 3, 4, 6, 7])
      expect(Math.abs(share(taken, column) - share(such, column))).toBeLessThan(0.035);
  });

  it('shares are reached together, and within each cell all else stays', async () => {
    const { taken, plan } = await take({ ...anybody, margins: [sex(0.3), code(2, 0.8)] }, 8000);
    // Four standard errors of 8,000 rows and of the pilot.
    expect(Math.abs(share(taken, 0) - 0.3)).toBeLessThan(0.03);
    expect(Math.abs(share(taken, 2) - 0.8)).toBeLessThan(0.03);
    expect(plan.effective).toBeLessThan(plan.matching);
    const all = await usual(40_000);
    for (const [own, other] of [
      [true, true],
      [true, false],
      [false, true],
    ]) {
      const within = (rows: number[][]) => rows.filter((row) => row.includes(0) === own && row.includes(2) === other);
      for (const column of [3, 4, 5, 6])
        expect(Math.abs(share(within(taken), column) - share(within(all), column))).toBeLessThan(0.05);
    }
  });

  it('weights, worked by hand: from a share p to t the others count (1 − t) / t · p / (1 − p) as much', async () => {
    const shape = { ...anybody, margins: [code(2, 0.1)] };
    const chance = chanceOf(shape, (await planShape(model, shape, options())).weights);
    const p = share(await usual(20_000), 2);
    const ratio = chance(new Set([0, 2])) / chance(new Set([0]));
    expect(ratio).toBeCloseTo((0.1 / 0.9) * ((1 - p) / p), 1);
    expect(Math.max(chance(new Set([0, 2])), chance(new Set([0])))).toBeCloseTo(1, 12);
  });

  it('the same seed takes the same rows, none of them twice', async () => {
    const shape = { ...anybody, margins: [sex(0.5)] };
    const [a, b] = [await take(shape, 300), await take(shape, 300)];
    expect(a.taken).toEqual(b.taken);
    const plan = await planShape(model, shape, options());
    const rows = new Set<number>();
    let count = 0;
    for await (const { row } of reshaped(model, chanceOf(shape, plan.weights), options({ seed: 5 }))) {
      rows.add(row);
      if (++count === 300) break;
    }
    expect(rows.size).toBe(300);
  });

  it('says what there is hardly any of, after no more rows than it takes to know', async () => {
    let seen = 0;
    const isWanted = () => ++seen % 10_000 === 0;
    await expect(planShape(model, { ...anybody, name: 'rare', isWanted }, options())).rejects.toThrow(
      'Only 2 of 20,000 patients drawn from the model are rare',
    );
    const none: Margin = { name: 'sex', cells: ['a', 'b'], targets: [0.5, 0.5], cellOf: () => 0 };
    await expect(planShape(model, { ...anybody, margins: [none] }, options())).rejects.toThrow(
      'A share of patients with sex b was requested, but none',
    );
  });

  it('refuses what none of the first rows is, unless more may be looked at; a rare kind is looked for', async () => {
    let pilot = 0;
    const onPilot = (rows: number) => void (pilot = rows);
    const none = { ...anybody, name: 'nobody', isWanted: () => false };
    await expect(planShape(model, none, options({ rows: 10, onPilot }))).rejects.toThrow(
      /None of 20,000 patients drawn from the model are nobody[\s\S]*--most-draws 1000000 looks longer/,
    );
    const longer = options({ rows: 10, mostDraws: 100_000, keepsLooking: true, onPilot });
    await expect(planShape(model, none, longer)).rejects.toThrow(/Only 0 of 30,00/);
    const rare = planShape(model, anybody, options({ rows: 1, onPilot, isRowWanted: ({ row }) => row % 200 === 7 }));
    await expect(rare).resolves.toMatchObject({ matching: 200 });
    expect(pilot).toBe(199 * 200 + 8);
  });

  it('plans by the rows that are wanted, where their columns alone do not say it', async () => {
    // Every other woman goes, as where a condition cuts a band of ages: the rest have to count twice as much.
    let women = 0;
    const shape = { ...anybody, margins: [sex(0.5)] };
    const isRowWanted = ({ entries }: SampledRow) => entries.every(([column]) => column !== 0) || ++women % 2 === 0;
    const ratioOf = async (more: Partial<PlanOptions<SampledRow>>) => {
      const chance = chanceOf(shape, (await planShape(model, shape, options(more))).weights);
      return chance(new Set([0])) / chance(new Set([1]));
    };
    expect((await ratioOf({ isRowWanted })) / (await ratioOf({}))).toBeCloseTo(2, 2);
  });

  /** Whether a row is of a man, and whether of the second kind, which are women: nobody is both. */
  const man = (target: number): Margin => ({
    name: 'man',
    isCode: true,
    cells: ['present', 'absent'],
    targets: [target, 1 - target],
    cellOf: (own) => (own.has(1) ? 0 : 1),
  });
  const second = (target: number): Margin => ({
    name: 'second',
    isCode: true,
    cells: ['present', 'absent'],
    targets: [target, 1 - target],
    cellOf: (own) => (!own.has(1) && own.has(5) ? 0 : 1),
  });

  it('refuses shares that nobody can make up together, and says which are the nearest, before any row is taken', async () => {
    let pilot = 0;
    const far = planShape(
      model,
      { ...anybody, margins: [man(0.9), second(0.9)] },
      options({ onPilot: (rows) => (pilot = rows) }),
    );
    const words = await far.then(String, String);
    expect(words).toContain('cannot give these shares together: man 90.0 % and second 90.0 %');
    const [a, b] = /man ([\d.]+) % and second ([\d.]+) %\. Request/.exec(words)!.slice(1).map(Number);
    expect(a + b).toBeGreaterThan(95);
    expect(a + b).toBeLessThan(100.2);
    expect(pilot).toBe(4000);
    const near = planShape(model, { ...anybody, margins: [man(0.55), second(0.55)] }, options());
    await expect(near).rejects.toThrow('cannot give these shares together');
    const together = await planShape(model, { ...anybody, margins: [man(0.45), second(0.45)] }, options());
    expect(together.effective).toBeGreaterThan(1000);
  });

  it('refuses what would take more draws than it may, or rest on a few rows', async () => {
    const shape = { ...anybody, margins: [sex(0.3)] };
    const few = planShape(model, shape, options({ rows: 1000, mostDraws: 2000 }));
    await expect(few).rejects.toThrow(/1,000 such patients [\s\S]*need about 2,[2-6]\d\d draws; the limit is 2,000/);
    // Twenty rows of 20,000 are to become 97 %: by Kish 1 / (0.97² / 20 + 0.03² / 19,980), effectively 21.
    let seen = 0;
    const rare: Margin = { ...code(2, 0.97), cellOf: () => (++seen % 1000 === 0 ? 0 : 1) };
    await expect(planShape(model, { ...anybody, margins: [rare] }, options())).rejects.toThrow(
      /effective sample size of only 21/,
    );
  });

  it('draws no more rows than it may', async () => {
    const shape = { ...anybody, margins: [sex(0.3)] };
    const chance = chanceOf(shape, (await planShape(model, shape, options())).weights);
    let [drawn, taken] = [0, 0];
    const few = options({ mostDraws: 500, onDrawn: (rows) => (drawn = rows) });
    for await (const row of reshaped(model, chance, few)) taken += row ? 1 : 0;
    expect(drawn).toBe(500);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(500);
  });

  it('a share is reached up to four standard errors, worked by hand', () => {
    // √(0.5 · 0.5 · (1/100 + 1/100)) = 0.0707.
    expect(isReached(0.5, 0.5 + 0.282, 100, 100)).toBe(true);
    expect(isReached(0.5, 0.5 + 0.284, 100, 100)).toBe(false);
    expect(isReached(0, 0.001, 1e6, 1e6)).toBe(false);
  });
});
