import type { PatientRecord } from '@ehrsynth/records';
import { DAYS_A_YEAR, dayNumber, SIMULATION_END } from '../days.ts';
import type { TrueHazardRatio } from '../truth.ts';
import { type Estimate, ratioEstimate } from './estimate.ts';

/** What is found in the first year may have been there before. */
const WASHOUT_DAYS = 365;
const BAND_YEARS = 5;

interface Cells {
  exposedDays: number;
  otherDays: number;
  exposedCases: number;
  otherCases: number;
}

/**
 * The Mantel–Haenszel rate ratio of an outcome's first code in person-time with and without an earlier code of the cause, by age in
 * bands of five years, sex and the outcome's other causes. The first year of each record only shows who has what already.
 * @see Greenland, Robins 1985, for the variance
 */
export function estimateHazardRatio(
  records: Iterable<PatientRecord>,
  truth: TrueHazardRatio,
): Estimate & { cases: number } {
  const strata = new Map<string, Cells>();
  for (const record of records) follow(record, truth, strata);
  let [above, below, variance, cases] = [0, 0, 0, 0];
  for (const { exposedDays, otherDays, exposedCases, otherCases } of strata.values()) {
    const days = exposedDays + otherDays;
    if (exposedDays === 0 || otherDays === 0) continue;
    above += (exposedCases * otherDays) / days;
    below += (otherCases * exposedDays) / days;
    variance += ((exposedCases + otherCases) * exposedDays * otherDays) / days ** 2;
    cases += exposedCases + otherCases;
  }
  return { ...ratioEstimate(above / below, Math.sqrt(variance / (above * below))), cases };
}

function follow(
  record: PatientRecord,
  { causeCodes, outcomeCodes, fromCodes, otherCauses }: TrueHazardRatio,
  strata: Map<string, Cells>,
): void {
  const [first] = record.encounters;
  if (!first) return;
  const atRisk = fromCodes ? (firstDay(record, fromCodes) ?? Infinity) : -Infinity;
  const begin = Math.max(atRisk, dayNumber(first.start!) + WASHOUT_DAYS);
  const outcome = firstDay(record, outcomeCodes);
  const last = Math.min(dayNumber(record.deathDate ?? SIMULATION_END), outcome ?? Infinity);
  if (last < begin) return;
  const birth = dayNumber(record.birthDate!);
  const cause = firstDay(record, causeCodes) ?? Infinity;
  const others = Object.values(otherCauses).map((codes) => firstDay(record, codes) ?? Infinity);
  const cuts = [cause, ...others, ...birthdays(birth, begin, last), last].filter((day) => day > begin && day <= last);
  let from = begin;
  for (const to of cuts.sort((a, b) => a - b)) {
    const band = Math.floor((from - birth) / DAYS_A_YEAR / BAND_YEARS);
    const key = [record.sex, band, ...others.map((day) => day <= from)].join();
    let cells = strata.get(key);
    if (!cells) strata.set(key, (cells = { exposedDays: 0, otherDays: 0, exposedCases: 0, otherCases: 0 }));
    const isExposed = cause <= from;
    const isCase = to === outcome && to === last;
    cells[isExposed ? 'exposedDays' : 'otherDays'] += to - from;
    if (isCase && to > from) cells[isExposed ? 'exposedCases' : 'otherCases']++;
    from = to;
  }
}

/** The days on which a new band of age begins. */
function birthdays(birth: number, begin: number, last: number): number[] {
  const step = BAND_YEARS * DAYS_A_YEAR;
  const first = Math.ceil((begin - birth) / step);
  return Array.from(
    { length: Math.max(0, Math.ceil((last - birth) / step) - first) },
    (_, i) => birth + (first + i) * step,
  );
}

function firstDay({ events }: PatientRecord, codes: string[]): number | undefined {
  const event = events.find(({ kind, code }) => kind === 'condition' && codes.includes(code.code));
  return event && dayNumber(event.start!);
}
