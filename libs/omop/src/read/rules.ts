import { RECORDED_AFTER_DEATH_DAYS as AFTER_DEATH, ZONE_DAYS } from '@ehrsynth/records';
import { datetimeOf, EVENT_TABLES } from '../cdm/events.ts';
import { SIG_FORM } from '../cdm/sig.ts';
import { quote } from '@ehrsynth/duckdb';
import { BirthNote } from './births.ts';
import { ALLERGEN } from './allergens.ts';
import { minuteOfText } from './clock.ts';
import { type Doubts, IS_ON_DOUBTFUL_DAY } from './doubtful-dates.ts';
import { DeathFault, IdNote } from './lives.ts';
import { date, standsForNone } from './sql-days.ts';

/** A way in which a row breaks the model, as SQL over the row `t` and the life `l` of its person. */
export interface Rule {
  reason: string;
  where: string;
}

/** Where codes come from. */
export type CodeChoice = 'source' | 'mapped' | 'standard';

/** Why a row has no event where codes are the source's own. */
export const NO_CODE = 'no code: neither a source value nor a source concept';

/** Columns that say when a row's event began and ended. */
export interface Span {
  start: string;
  end?: string;
}

const PERSON_UNKNOWN: Rule = { reason: 'person unknown', where: 'l.person_id IS NULL' };

/** The columns of a table that is read and has dates; of death, deaths are settled with lives. */
export function spanOf(table: string): Span | undefined {
  if (table === 'visit_occurrence') return { start: 'visit_start_date', end: 'visit_end_date' };
  return EVENT_TABLES.find((one) => one.table === table);
}

/** Why a row of the table is not read, in the order in which the reasons are asked for: the first one counts. */
export function leftOutRules(table: string, codes: CodeChoice, { hasDoubtfulDays }: Doubts): Rule[] {
  const isTwice = 't.nth > 1';
  if (table === 'person')
    return [
      { reason: 'no person_id', where: 't.person_id IS NULL' },
      { reason: 'person id twice', where: isTwice },
    ];
  const rules = [
    PERSON_UNKNOWN,
    { reason: 'row id twice', where: isTwice },
    { reason: DeathFault.none, where: 't.start_day IS NULL' },
    { reason: DeathFault.placeholder, where: standsForNone('t.start_day') },
    ...(hasDoubtfulDays ? [{ reason: DeathFault.placeholder, where: IS_ON_DOUBTFUL_DAY }] : []),
    { reason: DeathFault.beforeBirth, where: `t.start_day < l.born - ${ZONE_DAYS}` },
    { reason: DeathFault.tooLate, where: 't.start_day > l.last_day' },
    {
      reason: `date more than ${AFTER_DEATH} days after death`,
      where: `t.start_day > l.died + ${AFTER_DEATH}`,
    },
  ];
  if (table === 'visit_occurrence') return rules;
  const { prefix } = EVENT_TABLES.find((one) => one.table === table)!;
  const unmapped = {
    reason: 'standard concept 0: not mapped',
    where: `coalesce(t.${prefix}_concept_id, 0) = 0`,
  };
  const without: Record<CodeChoice, Rule> = {
    source: {
      reason: NO_CODE,
      where: `t.${prefix}_source_value IS NULL AND coalesce(t.${prefix}_source_concept_id, 0) = 0${table === 'observation' ? ` AND NOT ${ALLERGEN.where}` : ''}`,
    },
    mapped: unmapped,
    standard: unmapped,
  };
  return [...rules, without[codes]];
}

/** SQL that is true for an end, of a row `t` in the life `l`, that cannot be: the row is read without it. */
export function isNoEnd(): string {
  return `(${standsForNone('t.end_day')} OR coalesce(t.end_day > l.last_day, false))`;
}

/** What is wrong with rows that are read all the same, as SQL over a row `t` whose fate is settled. */
export function noteRules(table: string, { lastDay }: Doubts): Rule[] {
  const isNoted = (column: string) => (reason: string) => ({ reason, where: `t.${column} = '${reason}'` });
  if (table === 'person')
    return [...Object.values(BirthNote).map(isNoted('birth_note')), ...Object.values(IdNote).map(isNoted('id_note'))];
  const rules = [{ reason: 'no date, day of the date with time read', where: 't.is_of_datetime' }];
  if (table !== 'death') rules.push({ reason: 'row id of several persons, each row read', where: 't.is_shared' });
  if (table === 'measurement')
    rules.push({
      reason: 'measurement_time is no time of its date',
      where: `t.measurement_datetime IS NULL AND trim(t.measurement_time) <> '' AND (${minuteOfText('t.measurement_time', 't.measurement_date')}) IS NULL`,
    });
  if (table === 'drug_exposure')
    rules.push({ reason: 'sig left out: free text', where: `NOT t.sig ~ ${quote(SIG_FORM)}` });
  const span = spanOf(table);
  if (span) rules.push({ reason: 'datetime on another day than its date, time dropped', where: 't.is_on_other_day' });
  if (lastDay !== undefined)
    rules.push({ reason: 'date in the future', where: `t.${span?.start ?? 'day'} > ${date(lastDay)}` });
  if (!span?.end) return rules;
  return [
    ...rules,
    { reason: 'end on a placeholder date or after the longest life, dropped', where: 't.is_no_end' },
    { reason: 'ends before it begins', where: `t.${span.end} < t.${span.start}` },
    {
      reason: 'ends before it begins on the same day, time of the end dropped',
      where: `t.${span.end} = t.${span.start} AND t.${datetimeOf(span.end)} < t.${datetimeOf(span.start)}`,
    },
  ];
}

/** The rule of events that asks another table. */
export const VISIT_OF_ANOTHER: Rule = {
  reason: 'visit of another person, or of none',
  where:
    't.visit_occurrence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM visit_occurrence v WHERE v.visit_occurrence_id = t.visit_occurrence_id AND v.person_id = t.person_id)',
};
