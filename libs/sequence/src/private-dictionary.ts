import { type Column } from '@ehrsynth/matrix';
import { type Code, ENCOUNTER_CODES, Ethnicity, EventKind, Race, Sex } from '@ehrsynth/records';
import { eventLimits } from '@ehrsynth/vocab';
import type { Dictionary, Entry, Variant } from './dictionary.ts';
import type { ColumnValues } from './noisy-values.ts';

/** Spans of years of first visits, single ones where most records begin: [first year, the one after the last, years of a span]. */
const YEARS = [
  [1900, 1980, 20],
  [1980, 2000, 5],
  [2000, 2030, 1],
  // Dates that were shifted to hide the patients lie anywhere in this.
  [2030, 2300, 90],
];
const YEAR_DAYS = 365.25;
const AGES_OF_INFANTS = [0, 1, 2, 3, 4, 5, 6, 7, 14, 30, 61, 91, 183, 274, 365, 548];
const AGES_OF_CHILDREN = Array.from({ length: 18 }, (_, i) => i + 2);
const AGES_OF_ADULTS = Array.from({ length: 21 }, (_, i) => 20 + 5 * i);
/** More than nearly all patients have in a life, and on a day. */
const [MOST_ITEMS, MOST_ITEMS_OF_DAY] = [5000, 20];
/** Days of the longest stays: of patients in a bed, at home or in a nursing home, and of others, whose encounters a source may leave open. */
const LONG_STAYS: ReadonlySet<string> = new Set(['IMP', 'ACUTE', 'NONAC', 'HH']);
const [LONGEST_STAY, LONGEST_OTHER] = [366, 31];
/** How many of a code may be on one day of a visit. */
const MOST_A_DAY = 3;

/**
 * What lives are written in where the patients must not be looked at: the cohort's columns, and beside them only what everybody knows, which
 * is the same for all cohorts. An entry stands for all codes of its column; how its events are given and how long they last is not known.
 * @param values of columns, from noisy counts under the budget; the events of other columns have none
 */
export function privateDictionary(columns: readonly Column[], values: ReadonlyMap<number, ColumnValues>): Dictionary {
  // The commonest class comes first: what has another class is written as it.
  const classes = [...new Set(['AMB', ...ENCOUNTER_CODES])];
  const years = YEARS.flatMap(([from, to, step]) =>
    Array.from({ length: (to - from) / step }, (_, i) => from + step * i),
  );
  const wholeYears = [...AGES_OF_CHILDREN, ...AGES_OF_ADULTS].map((age) => Math.ceil(age * YEAR_DAYS));
  const lastYear = YEARS.at(-1)![1];
  return {
    sexes: Sex.options,
    races: Object.keys(Race),
    ethnicities: Object.keys(Ethnicity),
    classes,
    mostItems: MOST_ITEMS,
    mostItemsOfDay: MOST_ITEMS_OF_DAY,
    longest: classes.map((name) => (LONG_STAYS.has(name) ? LONGEST_STAY : LONGEST_OTHER)),
    years: [...years, lastYear],
    ages: [...AGES_OF_INFANTS, ...wholeYears],
    lastDay: Date.UTC(lastYear, 0, 0) / 86_400_000,
    deaths: true,
    lacked: ['races', 'ethnicities', 'years', 'ages'],
    entries: columns.flatMap((column, i) => {
      const kind = EventKind.safeParse(column.kind);
      return kind.success ? [entryOf(kind.data, column, i, values.get(i))] : [];
    }),
  };
}

function entryOf(
  kind: EventKind,
  { system, code, display }: Column,
  column: number,
  values: ColumnValues | undefined,
): Entry {
  const written: Code = { system, code, ...(display !== undefined && { display }) };
  const numbers = values?.bins.bins.map((_, bin): Variant => ({ type: 'number', scale: 0, bin })) ?? [];
  return {
    kind,
    code: written,
    column,
    rest: true,
    variants: [{ type: 'plain' }, ...numbers],
    scales: values ? [values] : [],
    isInterpreted: false,
    details: [],
    withoutDetails: 0,
    ended: 0,
    open: 0,
    times: MOST_A_DAY,
    neverIn: [],
    neverFirstIn: [],
    neverFirstAfter: [],
    ...eventLimits(system, code),
  };
}
