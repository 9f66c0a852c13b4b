import { flagOf } from '@ehrsynth/models';
import { Rng } from '@ehrsynth/random';

/** Options of a model by name, as the model calls them. */
export type Settings = Record<string, string | number>;
/** Values to try of each. */
export type Grid = Record<string, (string | number)[]>;

/** Each once, in the order of the first. */
export function distinct<T>(values: T[]): T[] {
  return [...new Set(values)];
}

/** Every combination of the grid; of many, `trials` of them at random, in the grid's order. No grid: one without settings. */
export function trialsOf(grid: Grid, trials: number | undefined, seed: number): Settings[] {
  const all = Object.entries(grid).reduce<Settings[]>(
    (before, [name, values]) => before.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  const order = new Rng(seed).fork('trials').shuffle(Int32Array.from(all.keys()));
  return Array.from(order.slice(0, trials).sort(), (at) => all[at]);
}

/** --hidden 256 --dropout 0.2 */
export function flagsOf(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${flagOf(name)} ${value}`)
    .join(' ');
}
