import { CodeMatrix, type Column } from '@ehrsynth/matrix';
import { FEMALE, MALE, NO_DAY, type Histories } from '@ehrsynth/histories';

/** Gathers rows of features, which are there or not, for classifiers. */
export class FeatureRows {
  private readonly rows: Int32Array[] = [];

  /** @param columns how many features there are */
  constructor(private readonly columns: number) {}

  /** Adds a row with the features that it has, in any order. */
  add(features: Iterable<number>): void {
    this.rows.push(Int32Array.from(new Set(features)).sort());
  }

  build(): CodeMatrix {
    const columns = Array.from({ length: this.columns }, (_, i): Column => ({
      kind: 'demographic',
      system: 'feature',
      code: String(i),
      level: 'band',
    }));
    const indptr = new Int32Array(this.rows.length + 1);
    this.rows.forEach(({ length }, row) => (indptr[row + 1] = indptr[row] + length));
    const indices = new Int32Array(indptr[this.rows.length]);
    this.rows.forEach((features, row) => indices.set(features, indptr[row]));
    const ids = this.rows.map((_, row) => String(row));
    return new CodeMatrix(columns, indptr, indices, new Int32Array(indices.length).fill(1), ids);
  }
}

const DAYS_A_YEAR = 365.2425;
const BAND_YEARS = 10;
const BANDS = 10;

/** Features of `demographicsOn`. */
export const DEMOGRAPHICS = 2 + BANDS;

/** Features of a patient on a day: sex, and the band of ten years that the age is in. */
export function demographicsOn({ arrays }: Histories, patient: number, day: number): number[] {
  const sex = arrays.sex[patient];
  const features = sex === FEMALE || sex === MALE ? [sex] : [];
  const age = ageOn(arrays.birthDay[patient], day);
  if (age !== undefined) features.push(2 + Math.max(0, Math.min(BANDS - 1, Math.floor(age / BAND_YEARS))));
  return features;
}

/** Age in years; undefined where the birth day is not known. */
export function ageOn(birthDay: number, day: number): number | undefined {
  return birthDay === NO_DAY ? undefined : (day - birthDay) / DAYS_A_YEAR;
}

/** The numbers of the codes that most visits hold, the commonest first. */
export function commonestCodes(counts: ArrayLike<number>, most: number): number[] {
  return Array.from(counts, (_, code) => code)
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, most);
}
