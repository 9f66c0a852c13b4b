import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { proportion } from '@ehrsynth/statistics';
import { describe, expect, it } from 'vitest';
import { riskOf } from './attack-risk.ts';
import { densityAttack } from './density.ts';
import { drawCanaries, exposure, exposureBySamples } from './exposure.ts';
import { identityDisclosure } from './identity-disclosure.ts';
import { kAnonymity } from './k-anonymity.ts';
import { linkability } from './linkability.ts';
import { closestRows } from './nearest.ts';
import { secretInference } from './secret-inference.ts';
import { singlingOut } from './singling-out.ts';

const codes = 60;
const columns: Column[] = [
  ...['female', 'male'].map((code): Column => ({ kind: 'demographic', system: 'sex', code, level: 'code' })),
  ...Array.from({ length: codes }, (_, i): Column => ({
    kind: 'condition',
    system: 'urn:test',
    code: `c${i}`,
    level: 'code',
  })),
];

/** Rows of the numbers of columns. */
function matrix(rows: number[][]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((own, row) =>
    builder.add(
      String(row),
      own.map((column): [Column, number] => [columns[column], 1]),
    ),
  );
  return builder.build();
}

/** Patients of a few habits. */
function draw(rows: number, seed: string): CodeMatrix {
  const rng = new Rng(seed);
  return matrix(
    Array.from({ length: rows }, () => {
      const habit = rng.int(4);
      const own = Array.from({ length: codes }, (_, i) => i + 2).filter((i) =>
        rng.chance(i % 4 === habit ? 0.4 : 0.05),
      );
      return [rng.int(2), ...own];
    }),
  );
}

describe('worked by hand', () => {
  it('risk of an attack', () => {
    // 60 of 100 against 20 of 100: (0.6 − 0.2) / 0.8. Wilson half widths .094298 and .077731:
    // error √((.094298 / .8)² + (.4 / .64 · .077731)²) = .127492.
    const rates = (attack: number, control: number, baseline: number, of: number) => ({
      attack: proportion(attack, of),
      control: proportion(control, of),
      baseline: proportion(baseline, of),
    });
    const { risk, baseline } = riskOf(100, rates(60, 20, 0, 100));
    expect(risk.value).toBeCloseTo(0.5, 12);
    expect(risk.value - risk.lower).toBeCloseTo(0.127492, 5);
    expect(baseline.value).toBe(0);
    expect(riskOf(50, rates(50, 50, 50, 50)).risk.value).toBe(0);
  });

  it('inference counts the attacks that it made, not those for which there was no secret', () => {
    // All members have the same codes: nobody has a code that another lacks, and only the own codes of every other row are secrets.
    // Each is inferred rightly, as all synthetic rows have them too. The others have no codes: there is no secret at all.
    const alike = Array.from({ length: 40 }, () => [0, 2, 3, 4]);
    const bare = Array.from({ length: 40 }, () => [0]);
    const { attacks, attack, control, baseline } = secretInference(
      matrix(alike),
      matrix(bare),
      matrix(alike),
      new Rng(3),
    );
    expect(attacks).toBe(40 * 5);
    expect(attack.value).toBe(1);
    expect(baseline.value).toBe(1);
    // Nothing was tried: nothing is known.
    expect([control.lower, control.upper]).toEqual([0, 1]);
  });

  it('closest rows, of the same distance any', () => {
    const targets = matrix([[2, 3, 4], [2], [3], [2, 3], [5, 6, 7]]);
    // Distances of {2}: 2, 0, 2, 1, 4.
    const closest = (count: number, seed: number) =>
      closestRows(matrix([[2]]), targets, count, new Rng(seed))[0].sort();
    const found = Array.from({ length: 40 }, (_, seed) => closest(3, seed).join());
    expect([...new Set(found)].sort()).toEqual(['0,1,3', '1,2,3']);
    expect(closest(9, 1)).toEqual([0, 1, 2, 3, 4]);
    expect(closest(1, 1)).toEqual([1]);
  });

  it('identity disclosure', () => {
    // Two women and four men in training. Woman 0's codes are matched by one of the two synthetic women, woman 1's by none; of the men's
    // one synthetic row has the code that all have, which is no news, and that of man 2. (½·½ + 0 + ¼·1 + 0 + 0 + 0) / 6.
    const training = matrix([
      [0, 2, 10],
      [0, 3, 10],
      [1, 4, 10],
      [1, 5, 10],
      [1, 6, 10],
      [1, 7, 10],
    ]);
    const synthetic = matrix([
      [0, 2],
      [0, 8],
      [1, 4, 10],
    ]);
    const { risk, control, quasiIdentifiers } = identityDisclosure(
      training,
      training,
      matrix([[0, 9]]),
      synthetic,
      new Rng(1),
    );
    expect(quasiIdentifiers).toEqual(['sex']);
    expect(risk.value).toBeCloseTo((0.25 + 0.25) / 6, 12);
    expect(control.value).toBe(0);
  });

  it('exposure', () => {
    // Among three others: first of all, log₂ 4; tied with one in the middle, rank 2.5; last, log₂ 1.
    const found = exposure([0, 5, 9], [1, 5, 8]);
    expect(found.canaries).toEqual([2, expect.closeTo(Math.log2(4 / 2.5), 12), 0]);
    expect(found.mean.value).toBeCloseTo((2 + Math.log2(1.6)) / 3, 12);
    // The others among themselves: log₂ 3, log₂ 3/2, 0; and all the same, log₂ 3/2.
    expect(found.unplanted).toBeCloseTo((Math.log2(3) + Math.log2(1.5)) / 3, 12);
    expect(exposure([1], [7, 7, 7]).unplanted).toBeCloseTo(Math.log2(1.5), 12);
    const many = exposure(
      [],
      Array.from({ length: 10_000 }, (_, i) => i),
    );
    expect(many.unplanted).toBeCloseTo(Math.LOG2E, 2);
  });

  it('classes by a code as well', () => {
    const rows = matrix([[0, 2], [0, 2], [0, 3], [1, 2], [1]]);
    const { classes, k } = kAnonymity(rows, ['sex', 'c0']);
    expect([classes, k]).toEqual([4, 1]);
    expect(kAnonymity(rows, ['sex']).k).toBe(2);
    expect(() => kAnonymity(rows, ['region'])).toThrow('Unknown quasi-identifier: region');
  });
});

it('secrets: what cannot be drawn is no attack, in no rate', () => {
  // Of one of four people there is a code to be inferred; nobody has another code that could be taken for a secret.
  const few = matrix([[0, 2], [0], [1], [1]]);
  const { attacks, attack, control } = secretInference(few, few, matrix([[0, 2], [1]]), new Rng(1));
  // Five secrets of the one person, and of the other three five each that are the code of the first.
  expect(attacks).toBe(5 + 3 * 10);
  for (const { value } of [attack, control]) expect(value).toBeGreaterThan(0);
  expect(secretInference(matrix([[0]]), matrix([[1]]), matrix([[0]]), new Rng(1)).attacks).toBe(0);
});

it('linkability: who has no codes is not linked by rows that merely stand first among those without any', () => {
  const bare = matrix(Array.from({ length: 300 }, (_, i) => [i % 2]));
  const { attack, control, baseline } = linkability(bare, bare, bare, new Rng(1));
  // Ten of 300 twice: one is the same in 29 of 100.
  for (const { value } of [attack, control, baseline]) expect(value).toBeLessThan(0.4);
});

describe('at the two extremes', () => {
  const members = draw(500, 'members');
  const others = draw(500, 'others');
  const fresh = draw(1000, 'new');
  const rng = new Rng(5);

  it.each([
    ['singling out', singlingOut],
    ['linkability', linkability],
    ['inference', secretInference],
  ])('%s', (_, attack) => {
    // Intervals of 95 % hold what is safe in most of some independent draws, whatever these are.
    const safe = Array.from({ length: 12 }, (_, i) => {
      const [a, b, c] = [200, 200, 400].map((rows, part) => draw(rows, `${i} ${part}`));
      return attack(a, b, c, new Rng(i)).risk;
    });
    expect(safe.filter(({ lower, upper }) => lower <= 0 && upper >= 0).length).toBeGreaterThanOrEqual(10);
    const leaked = attack(members, others, members, rng);
    expect(leaked.risk.lower).toBeGreaterThan(0.25);
    expect(leaked.attack.value).toBeGreaterThan(0.6);
    expect(leaked.baseline.value).toBeLessThan(0.6);
  });

  it('density', () => {
    const safe = densityAttack(members, others, fresh, rng);
    expect(safe.rows).toBe(500);
    expect(safe.auc.lower).toBeLessThan(0.5);
    expect(safe.auc.upper).toBeGreaterThan(0.5);
    expect(densityAttack(members, others, members, rng).auc.lower).toBeGreaterThan(0.95);
  });

  it('exposure through samples: of rows that were never planted, and of rows that are sampled', () => {
    const [canaries, candidates] = [60, 2000].map((count) => drawCanaries(columns, count, 8, rng));
    expect(new Set(canaries.rowSizes())).toEqual(new Set([8]));
    const { mean, unplanted } = exposureBySamples(canaries, candidates, fresh);
    expect(mean.lower).toBeLessThan(unplanted);
    expect(mean.upper).toBeGreaterThan(unplanted);
    // Distances are few: less than the 1.44 bits of ranks without ties.
    expect(unplanted).toBeLessThan(1.4);
    expect(exposureBySamples(canaries, candidates, canaries).mean.lower).toBeGreaterThan(10);
  });
});
