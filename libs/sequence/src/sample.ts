import { Rng } from '@ehrsynth/random';
import type { OwnedValues } from './value-bins.ts';

/** Values that are kept of one code and unit. */
const MOST_VALUES = 20_000;

/** Values with whose they are; of very many a random choice (reservoir sampling: Vitter 1985, algorithm R). */
export class Sample implements OwnedValues {
  readonly values: number[] = [];
  readonly owners: number[] = [];
  private seen = 0;
  private readonly rng: Rng;

  /** @param name of its own random numbers */
  constructor(name: string) {
    this.rng = new Rng(`sample/${name}`);
  }

  add(value: number, owner: number): void {
    const place = this.seen++ < MOST_VALUES ? this.values.length : this.rng.int(this.seen);
    if (place >= MOST_VALUES) return;
    this.values[place] = value;
    this.owners[place] = owner;
  }
}
