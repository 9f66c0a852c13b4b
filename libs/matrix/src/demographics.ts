import { ageInYears, DAYS_A_YEAR, type PatientRecord, Race } from '@ehrsynth/records';
import type { Column } from './code-matrix.ts';

/** First and last age in whole years of each band. The limits follow those of the plausibility rules. */
export const AGE_BANDS: readonly [from: number, to: number][] = [
  [0, 0],
  [1, 8],
  [9, 14],
  [15, 17],
  [18, 24],
  [25, 34],
  [35, 44],
  [45, 54],
  [55, 64],
  [65, 74],
  [75, 84],
  [85, 120],
];

/** What a row says of a person; a part that is not known, or held by too few to be kept, is absent. */
export interface Demographics {
  sex?: PatientRecord['sex'];
  ageBand?: readonly [from: number, to: number];
  race?: string;
}

/** The age in whole years at the record's last date, or at death; that which the source states where there are no dates. */
export function ageOf(record: PatientRecord): number | undefined {
  const last = record.deathDate ?? lastDate(record);
  if (!record.birthDate || !last) return record.age;
  if (last < record.birthDate) return undefined;
  return Math.floor(ageInYears(record.birthDate, last));
}

/** The age band at the record's last date, or at death. */
export function ageBandOf(record: PatientRecord): readonly [number, number] | undefined {
  const age = ageOf(record);
  return age === undefined ? undefined : (AGE_BANDS.find(([, to]) => age <= to) ?? AGE_BANDS.at(-1));
}

/** The least days of life in each age band, for counting where records are not read. */
export function leastDaysOfBands(): number[] {
  return AGE_BANDS.map(([from]) => Math.ceil(from * DAYS_A_YEAR));
}

/** The one-hot columns of a record: sex, age band, race. */
export function demographicColumns(record: PatientRecord): Column[] {
  const band = ageBandOf(record);
  return [
    sexColumn(record.sex),
    ...(band ? [bandColumn(band)] : []),
    ...(record.race ? [raceColumn(record.race)] : []),
  ];
}

export function sexColumn(sex: PatientRecord['sex']): Column {
  return { kind: 'demographic', system: 'sex', code: sex, level: 'code' };
}

export function bandColumn(band: readonly [number, number]): Column {
  return { kind: 'demographic', system: 'age', code: band.join('-'), level: 'band' };
}

export function raceColumn(race: string): Column {
  return { kind: 'demographic', system: 'race', code: race, display: Race[race], level: 'code' };
}

function lastDate({ encounters, events }: PatientRecord): string | undefined {
  let last: string | undefined;
  for (const { start } of [...encounters, ...events]) if (start && (!last || start > last)) last = start;
  return last;
}
