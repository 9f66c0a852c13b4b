import { AGE_BANDS, type Column, type Demographics } from '@ehrsynth/matrix';
import { type Sex, System } from '@ehrsynth/records';
import { type CodeLimits, codeLimits } from '@ehrsynth/vocab';
import type { CodeTimeline, Timeline } from './timeline.ts';

/** What had to be mended because the model sampled what cannot be. */
export interface Repairs {
  rows: number;
  /** Rows with a code that their sex or age forbids, as sampled. */
  rowsWithImpossible: number;
  codesDropped: number;
  /** Rows in which two codes or more spoke for the other sex, and none for their own. */
  sexChanged: number;
}

type Entry = readonly [column: number, count: number];

/** A record does not reach back further than this for a code of an earlier age. */
const WINDOW_YEARS = 12;

const limits = new Map<string, CodeLimits | undefined>();

/** The sex and age limits of a column's code. */
export function limitsOf({ system, code }: Column): CodeLimits | undefined {
  if (system !== System.icd10cm) return undefined;
  if (!limits.has(code)) limits.set(code, codeLimits(code));
  return limits.get(code);
}

/** Makes sex, age and codes agree, and counts what had to be changed. */
export function withoutImpossible(
  codes: readonly Entry[],
  { sex = 'unknown', ageBand = AGE_BANDS[7] }: Demographics,
  columns: readonly Column[],
  timeline: Timeline,
  repairs: Repairs,
): { sex: Sex; age: readonly [number, number]; codes: Entry[] } {
  const speakFor = (wanted: 'female' | 'male') =>
    codes.filter(([column]) => limitsOf(columns[column])?.sex === wanted).length;
  const [women, men] = [speakFor('female'), speakFor('male')];
  const corrected: Sex =
    sex !== 'female' && women >= 2 && men === 0
      ? 'female'
      : sex !== 'male' && men >= 2 && women === 0
        ? 'male'
        : sex;
  const kept = codes.filter(([column]) => {
    const limit = limitsOf(columns[column]);
    if (!limit) return true;
    return (
      fitsSex(limit, corrected) &&
      fitsAge(limit, ageBand) &&
      fitsLearnedAge(limit, timeline.codes[column], ageBand)
    );
  });
  const impossible = codes.some(([column]) => {
    const limit = limitsOf(columns[column]);
    return limit && !(fitsSex(limit, sex) && fitsAge(limit, ageBand));
  });
  repairs.rows++;
  repairs.rowsWithImpossible += impossible ? 1 : 0;
  repairs.codesDropped += codes.length - kept.length;
  repairs.sexChanged += corrected === sex ? 0 : 1;
  return { sex: corrected, age: ageBand, codes: kept };
}

function fitsSex({ sex: needed }: CodeLimits, sex: Sex): boolean {
  return !needed || sex === needed || (sex !== 'female' && sex !== 'male');
}

/** Whether the code's ages meet the years that the record can cover. */
function fitsAge({ minAge = 0, maxAge = 200 }: CodeLimits, [from, to]: readonly [number, number]): boolean {
  return minAge <= to && maxAge >= from - WINDOW_YEARS;
}

/** Of a code that has age limits, whether it was also learned to begin at ages that the record can cover. */
function fitsLearnedAge(
  { minAge, maxAge }: CodeLimits,
  { firstAge }: CodeTimeline,
  [from, to]: readonly [number, number],
): boolean {
  if (!firstAge || (minAge === undefined && maxAge === undefined)) return true;
  const held = firstAge.counts.flatMap((count, bin) => (count > 0 ? [bin] : []));
  return firstAge.edges[held[0]] <= to && firstAge.edges[held.at(-1)! + 1] > from - WINDOW_YEARS;
}
