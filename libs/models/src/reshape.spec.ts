import { beforeAll, describe, expect, it } from 'vitest';
import { twoKinds } from '../test/two-kinds.ts';
import { ChowLiu } from './baselines/chow-liu.ts';
import { type Margin, planShape, reshaped, type Shape } from './reshape.ts';

// Columns: female, male; codes 2–4 of the first kind, 5–7 of the second, which are women.
const matrix = twoKinds(4000);
const model = new ChowLiu(matrix.columns);
beforeAll(() => model.fit(matrix).then(() => {}));

const anybody: Shape = { name: 'any', isWanted: () => true, margins: [] };
const sex = (female: number): Margin => ({ name: 'sex', cells: ['female', 'male'], targets: [female, 1 - female], cellOf: (own) => (own.has(0) ? 0 : own.has(1) ? 1 : -1) }); // prettier-ignore
const code = (column: number, share: number): Margin => ({ name: `c${column}`, cells: ['there', 'not there'], targets: [share, 1 - share], cellOf: (own) => (own.has(column) ? 0 : 1) }); // prettier-ignore

async function take(shape: Shape, rows: number) {
  const plan = await planShape(model, shape, 3);
  const taken: number[][] = [];
  for await (const { entries } of reshaped(model, plan, 5)) {
    taken.push(entries.map(([column]) => column));
    if (taken.length === rows) break;
  }
  return { plan, taken };
}

async function usual(rows: number): Promise<number[][]> {
  const drawn: number[][] = [];
  for await (const { entries } of model.sample(rows, { seed: 99 })) drawn.push(entries.map(([column]) => column));
  return drawn;
} // prettier-ignore

const share = (rows: number[][], column: number) =>
  rows.filter((own) => own.includes(column)).length / rows.length;

describe('reshaping', () => {
  it('what is wanted of all holds for all, and the rest is as it is given that', async () => {
    const { taken, plan } = await take({ ...anybody, isWanted: (own) => own.has(0) && own.has(5) }, 4000);
    expect(taken.every((own) => own.includes(0) && own.includes(5))).toBe(true);
    expect(plan.effective).toBeCloseTo(plan.matching, 9);
    const such = (await usual(20_000)).filter((own) => own.includes(0) && own.includes(5));
    for (const column of [2, 3, 4, 6, 7]) expect(Math.abs(share(taken, column) - share(such, column))).toBeLessThan(0.035);
  }); // prettier-ignore

  it('shares are reached together, and within each cell all else stays', async () => {
    const { taken, plan } = await take({ ...anybody, margins: [sex(0.3), code(2, 0.8)] }, 8000);
    // Four standard errors of 8,000 rows and of the pilot.
    expect(Math.abs(share(taken, 0) - 0.3)).toBeLessThan(0.03);
    expect(Math.abs(share(taken, 2) - 0.8)).toBeLessThan(0.03);
    expect(plan.effective).toBeLessThan(plan.matching);
    const all = await usual(40_000);
    for (const [own, other] of [[true, true], [true, false], [false, true]]) {
      const within = (rows: number[][]) => rows.filter((row) => row.includes(0) === own && row.includes(2) === other);
      for (const column of [3, 4, 5, 6]) expect(Math.abs(share(within(taken), column) - share(within(all), column))).toBeLessThan(0.05);
    }
  }); // prettier-ignore

  it('weights, worked by hand: from a share p to t the others count (1 − t) / t · p / (1 − p) as much', async () => {
    const plan = await planShape(model, { ...anybody, margins: [code(2, 0.1)] }, 3);
    const p = share(await usual(20_000), 2);
    const ratio = plan.chance(new Set([0, 2])) / plan.chance(new Set([0]));
    expect(ratio).toBeCloseTo((0.1 / 0.9) * ((1 - p) / p), 1);
    expect(Math.max(plan.chance(new Set([0, 2])), plan.chance(new Set([0])))).toBeCloseTo(1, 12);
  });

  it('the same seed takes the same rows, none of them twice', async () => {
    const shape = { ...anybody, margins: [sex(0.5)] };
    const [a, b] = [await take(shape, 300), await take(shape, 300)];
    expect(a.taken).toEqual(b.taken);
    const plan = await planShape(model, shape, 3);
    const rows = new Set<number>();
    let count = 0;
    for await (const { row } of reshaped(model, plan, 5)) {
      rows.add(row);
      if (++count === 300) break;
    }
    expect(rows.size).toBe(300);
  });

  it('says what there is none of', async () => {
    await expect(planShape(model, { ...anybody, name: 'a man with c5', isWanted: (own) => own.has(1) && own.has(5) && own.has(2) && own.has(3) && own.has(6) }, 1)).rejects.toThrow(/Only \d+ of 1,000,000 patients that the model drew are a man with c5/);
    const none: Margin = { name: 'sex', cells: ['a', 'b'], targets: [0.5, 0.5], cellOf: () => 0 };
    await expect(planShape(model, { ...anybody, margins: [none] }, 1)).rejects.toThrow('No patient that the model drew has sex b');
  }); // prettier-ignore
});
