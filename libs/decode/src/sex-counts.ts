import { type ExclusiveSex, exclusiveSex } from '@ehrsynth/matrix';
import type { Sex } from '@ehrsynth/records';

/** Women and men who have each column. */
export class SexCounts {
  private readonly people = { female: 0, male: 0 };
  private readonly carriers: { female: Uint32Array; male: Uint32Array };

  constructor(columns: number) {
    this.carriers = { female: new Uint32Array(columns), male: new Uint32Array(columns) };
  }

  add(sex: Sex, columns: Iterable<number>): void {
    if (sex !== 'female' && sex !== 'male') return;
    this.people[sex]++;
    for (const column of columns) this.carriers[sex][column]++;
  }

  /** The only sex that has a column, where the other would have it by chance. */
  only(column: number): ExclusiveSex | undefined {
    const { female, male } = this.carriers;
    return exclusiveSex({ female: female[column], male: male[column] }, this.people);
  }
}
