import { AGE_BANDS, type Column, type Demographics } from '@ehrsynth/matrix';
import type { Sex } from '@ehrsynth/records';
import { type CodeLimits, codeLimits, RECORD_YEARS, recordLimits } from '@ehrsynth/vocab';
import type { CodeTimeline, Timeline } from './timeline.ts';

/** What had to be repaired because the model sampled what cannot be. */
export interface Repairs {
  rows: number;
  /** Rows with a code that their sex or age forbids, as sampled. */
  rowsWithImpossible: number;
  codesDropped: number;
  /** Rows in which two codes or more spoke for the other sex, and none for their own. */
  sexChanged: number;
}

type Entry = readonly [column: number, count: number];

const ofCodes = new Map<string, CodeLimits | undefined>();
const ofRecords = new Map<string, CodeLimits | undefined>();

/** The sex of a column's code, and the ages at which it is recorded. */
export function codeLimitsOf({ system, code }: Column): CodeLimits | undefined {
  return kept(ofCodes, `${system}|${code}`, () => codeLimits(code, system));
}

/**
 * Whom a record may hold a column's code of, by sex and by the age at the end of the record: what evaluation counts violations by.
 * `{}` where it is possible in anybody, undefined where no rule covers its system.
 */
export function limitsOf({ system, code }: Column): CodeLimits | undefined {
  return kept(ofRecords, `${system}|${code}`, () => recordLimits(system, code));
}

function kept<T>(known: Map<string, T>, key: string, find: () => T): T {
  if (!known.has(key)) known.set(key, find());
  return known.get(key)!;
}

/** Makes sex, age and codes agree, and counts what had to be changed. */
export function withoutImpossible(
  codes: readonly Entry[],
  { sex = 'unknown', ageBand = AGE_BANDS[7] }: Demographics,
  columns: readonly Column[],
  timeline: Timeline,
  repairs: Repairs,
): { sex: Sex; age: readonly [number, number]; codes: Entry[] } {
  const limitOf = (column: number) => limitsOf(columns[column]) ?? learnedLimits(timeline.codes[column]);
  const speakFor = (wanted: 'female' | 'male') => codes.filter(([column]) => limitOf(column)?.sex === wanted).length;
  const [women, men] = [speakFor('female'), speakFor('male')];
  const corrected: Sex =
    sex !== 'female' && women >= 2 && men === 0 ? 'female' : sex !== 'male' && men >= 2 && women === 0 ? 'male' : sex;
  const kept = codes.filter(([column]) => {
    const limit = limitOf(column);
    if (!limit) return true;
    return (
      fitsSex(limit, corrected) &&
      fitsAge(limit, ageBand) &&
      fitsLearnedAge(columns[column], timeline.codes[column], ageBand)
    );
  });
  const impossible = codes.some(([column]) => {
    const limit = limitOf(column);
    return limit && !(fitsSex(limit, sex) && fitsAge(limit, ageBand));
  });
  repairs.rows++;
  repairs.rowsWithImpossible += impossible ? 1 : 0;
  repairs.codesDropped += codes.length - kept.length;
  repairs.sexChanged += corrected === sex ? 0 : 1;
  return { sex: corrected, age: ageBand, codes: kept };
}

function learnedLimits({ sex }: CodeTimeline): CodeLimits | undefined {
  return sex && { sex };
}

function fitsSex({ sex: needed }: CodeLimits, sex: Sex): boolean {
  return !needed || sex === needed || (sex !== 'female' && sex !== 'male');
}

/** Whether the record may end at an age of the band. */
function fitsAge({ minAge = 0, maxAge = 200 }: CodeLimits, [from, to]: readonly [number, number]): boolean {
  return minAge <= to && maxAge >= from;
}

/** Of a code that has age limits, whether it was also learned to begin at ages that the record can cover. */
function fitsLearnedAge(column: Column, { firstAge }: CodeTimeline, [from, to]: readonly [number, number]): boolean {
  const { minAge, maxAge } = codeLimitsOf(column) ?? {};
  if (!firstAge || (minAge === undefined && maxAge === undefined)) return true;
  const held = firstAge.counts.flatMap((count, bin) => (count > 0 ? [bin] : []));
  return firstAge.edges[held[0]] <= to && firstAge.edges[held.at(-1)! + 1] > from - RECORD_YEARS;
}
