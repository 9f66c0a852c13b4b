import { AGE_BANDS, ageBandOf, LEAST_EXPECTED } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { shareOf } from './shares.ts';

/** Who dies at which age, and which columns only the dead have, such as causes of death. */
export class Deaths {
  private patients = 0;
  private readonly bands = new Map<string, number>();
  private readonly dead: { band?: string; columns: number[] }[] = [];
  private readonly living: Uint32Array;
  private readonly died: Uint32Array;

  constructor(
    columns: number,
    private readonly k: number,
  ) {
    [this.living, this.died] = [new Uint32Array(columns), new Uint32Array(columns)];
  }

  /** @param columns that the patient has */
  add(record: PatientRecord, columns: Iterable<number>): void {
    this.patients++;
    const band = ageBandOf(record)?.join('-');
    if (band) this.bands.set(band, (this.bands.get(band) ?? 0) + 1);
    const counts = record.deathDate ? this.died : this.living;
    const own = [...columns];
    for (const column of own) counts[column]++;
    // Of the dead alone, who are few, their columns are kept: which of them only they have shows at the end.
    if (record.deathDate) this.dead.push({ band, columns: own.filter((column) => this.living[column] === 0) });
  }

  /** Whether at least k people have a column, all of them dead, and 20 of the living or more would have it by chance. */
  isOnlyOfDead(column: number): boolean {
    const died = this.died[column];
    const expected = (died / this.patients) * (this.patients - this.dead.length);
    return died >= this.k && this.living[column] === 0 && expected >= LEAST_EXPECTED;
  }

  /**
   * Share who have died, of the patients without a column of the dead, by age band. A band with fewer than k deaths is one with the next
   * younger ones, until together they have so many; the youngest, where they do not, have none.
   */
  shares(): Record<string, number> {
    const shares: Record<string, number> = {};
    const [deaths, certain] = [new Map<string, number>(), new Map<string, number>()];
    for (const { band, columns } of this.dead) {
      if (!band) continue;
      const counts = columns.some((column) => this.isOnlyOfDead(column)) ? certain : deaths;
      counts.set(band, (counts.get(band) ?? 0) + 1);
    }
    let [joined, patients, died]: [string[], number, number] = [[], 0, 0];
    for (const band of AGE_BANDS.map((ages) => ages.join('-')).reverse()) {
      if (!this.bands.has(band)) continue;
      joined.push(band);
      patients += this.bands.get(band)! - (certain.get(band) ?? 0);
      died += deaths.get(band) ?? 0;
      if (died < this.k) continue;
      for (const one of joined) shares[one] = shareOf(died, patients, this.k);
      [joined, patients, died] = [[], 0, 0];
    }
    return Object.fromEntries(Object.entries(shares).reverse());
  }
}
