import type { Sex } from '@ehrsynth/records';

/** So many there would be by chance, of people or visits: from then on what none of them has is taken for impossible in them. */
export const LEAST_EXPECTED = 20;

export type ExclusiveSex = 'female' | 'male';

/**
 * The only sex that has a code: nobody of the other does, of whom 20 or more would if it were as common among them. Undefined where both
 * have it, or too few people to tell.
 * @param carriers of the code, and `people`, of each sex
 */
export function exclusiveSex(
  carriers: Readonly<Record<ExclusiveSex, number>>,
  people: Readonly<Record<ExclusiveSex, number>>,
): ExclusiveSex | undefined {
  const share = (carriers.female + carriers.male) / (people.female + people.male);
  const isNever = (sex: ExclusiveSex) => carriers[sex] === 0 && share * people[sex] >= LEAST_EXPECTED;
  if (isNever('male')) return 'female';
  return isNever('female') ? 'male' : undefined;
}

/** Women and men who have each column. */
export class SexCounts {
  private readonly people = { female: 0, male: 0 };
  private readonly carriers: Record<ExclusiveSex, Uint32Array>;

  constructor(columns: number) {
    this.carriers = { female: new Uint32Array(columns), male: new Uint32Array(columns) };
  }

  /** A person of that sex, who has these columns; of another or unknown sex nobody. */
  add(sex: Sex | undefined, columns: Iterable<number>): void {
    if (sex !== 'female' && sex !== 'male') return;
    this.people[sex]++;
    for (const column of columns) this.carriers[sex][column]++;
  }

  /** The only sex that has a column, where the other would have it by chance. */
  only(column: number): ExclusiveSex | undefined {
    const { female, male } = this.carriers;
    return exclusiveSex({ female: female[column], male: male[column] }, this.people);
  }

  /** Whether both sexes have a column. */
  isOfBoth(column: number): boolean {
    return this.carriers.female[column] > 0 && this.carriers.male[column] > 0;
  }
}
