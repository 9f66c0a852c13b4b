import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { closestPeople } from './closest-people.ts';
import { copies } from './copies.ts';
import { meanOfDraws } from './mean-of-draws.ts';

const CODES = 80;
const columns = Array.from({ length: CODES }, (_, i): Column => ({
  kind: 'condition',
  system: 'urn:test',
  code: `c${i}`,
  level: 'code',
}));

/** Rows of the numbers of codes. */
function matrix(rows: readonly (readonly number[])[]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((codes, row) =>
    builder.add(
      String(row),
      codes.map((code): [Column, number] => [columns[code], 1]),
    ),
  );
  return builder.build();
}

/** People of a few habits, and some with very few codes. */
function people(count: number, seed: string): number[][] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, () => {
    const habit = rng.int(4);
    const few = rng.chance(0.1);
    return columns.flatMap((_, i) => (rng.chance((i % 4 === habit ? 0.5 : 0.05) * (few ? 0.1 : 1)) ? [i] : []));
  });
}

const rng = new Rng(1);

describe('copies', () => {
  it('counts people whom nobody else is like, worked by hand', () => {
    // Training: two of the same codes, one with two rare codes, one with nine. Held out: one like nobody.
    const nine = [20, 21, 22, 23, 24, 25, 26, 27, 28];
    const training = matrix([[1, 2], [1, 2], [50, 51], nine]);
    const holdout = matrix([[60, 61, 62], [70]]);
    // What two people have is no copy; two rare codes that one has are; seven of nine codes are near; held out counts as control.
    const found = copies({
      training,
      holdout,
      synthetic: matrix([[1, 2], [50, 51], nine.slice(0, 7), [60, 61, 62]]),
    });
    expect(found.exact.training).toEqual({ successes: 1, trials: 4 });
    expect(found.exact.holdout).toEqual({ successes: 1, trials: 2 });
    // Nine codes: the next person is 10 away, the row 2. [60, 61, 62]: the next is 4 away, the row 0. [50, 51]: 3 and 0.
    expect(found.near.training).toEqual({ successes: 2, trials: 4 });
    expect(found.near.holdout).toEqual({ successes: 1, trials: 2 });
    // (1/4 − 1/2) × 4 training patients / 4 synthetic rows.
    expect(found.exact.excess.value).toBeCloseTo(-0.25, 12);
  });

  it('an honest sample has no more than chance, also of those with few codes', () => {
    const [training, holdout, fresh] = [people(2333, 'R'), people(1000, 'H'), people(1000, 'S')].map(matrix);
    const { exact, near } = copies({ training, holdout, synthetic: fresh });
    expect(exact.excess.lower).toBeLessThan(0);
    expect(near.excess.upper).toBeLessThan(0.005);
  });

  it.each([1, 2, 3])('six patients among a thousand rows are found, whatever is drawn (%i)', (draw) => {
    const training = people(2333, `R${draw}`);
    const holdout = matrix(people(1000, `H${draw}`));
    const members = training.filter((codes) => codes.length > 5).slice(0, 6);
    const synthetic = matrix([...people(994, `S${draw}`), ...members]);
    const { near } = copies({ training: matrix(training), holdout, synthetic });
    expect(near.excess.value).toBeGreaterThan(0.004);
    expect(near.excess.upper).toBeGreaterThan(0.008);
    // Each with a code changed: the same.
    const changed = members.map(([, ...codes]) => codes);
    const close = matrix([...people(994, `S${draw}`), ...changed]);
    expect(copies({ training: matrix(training), holdout, synthetic: close }).near.excess.upper).toBeGreaterThan(0.008);
  });
});

describe('closest people', () => {
  it('counts each person once, worked by hand', () => {
    const training = matrix([[1, 2, 3], [10, 11], [20]]);
    const holdout = matrix([[30, 31], [40]]);
    const found = closestPeople(
      training,
      holdout,
      matrix([
        [1, 2],
        [1, 2, 3],
        [1, 3],
        [30, 31, 32],
      ]),
      rng,
    );
    expect(found.training).toEqual({ successes: 1, trials: 3 });
    expect(found.holdout).toEqual({ successes: 1, trials: 2 });
    expect(found.excess.value).toBeCloseTo(1 / 3 - 1 / 2, 12);
  });

  it('leans on nobody in an honest sample, and on training where one row in five is of it', () => {
    let held = 0;
    for (let draw = 0; draw < 20; draw++) {
      const [R, H, S] = [700, 300, 500].map((rows, i) => matrix(people(rows, `${draw} ${i}`)));
      const { lower, upper } = closestPeople(R, H, S, rng).excess;
      if (lower < 0 && upper > 0) held++;
    }
    expect(held).toBeGreaterThan(15);
    const training = people(1400, 'R');
    const [all, holdout] = [matrix(training), matrix(people(600, 'H'))];
    const leaning = matrix([...people(800, 'S'), ...training.slice(0, 200)]);
    expect(closestPeople(all, holdout, leaning, rng).excess.lower).toBeGreaterThan(0);
  });

  it('of several that are as close, any may be it: who comes first is not favoured', () => {
    const same = matrix(Array.from({ length: 50 }, () => [1]));
    const rows = matrix([[1, 2]]);
    const chosen = Array.from({ length: 60 }, (_, i) => closestPeople(same, same, rows, new Rng(i)).training.successes);
    const share = chosen.reduce((sum, one) => sum + one, 0) / 60;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
  });
});

it('the mean of draws is of every number, and leaves words alone', () => {
  const draw = (value: number) => ({
    name: 'a',
    risk: { value, lower: value - 1 },
    bands: [{ gain: 2 * value }],
  });
  expect(meanOfDraws([draw(1), draw(2), draw(6)])).toEqual(draw(3));
});
