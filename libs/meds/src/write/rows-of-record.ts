import {
  type Code,
  type CodedEvent,
  daysBetween,
  type Encounter,
  type PatientRecord,
  Race,
  Ethnicity,
} from '@ehrsynth/records';
import { medsCode, unitInCode, wordCode } from '../codes/code-text.ts';
import { ofFloat32 } from '../read/times.ts';
import { BIRTH, type ColumnName, DEATH } from '../standard.ts';
import { subjectIdOf } from './subject-id.ts';

/** A row by the columns that have a value. Times are minutes since 1970. */
export type RowValues = Partial<Record<ColumnName, unknown>> & { code: string };

/** Called with each code that rows name, with its title where it has one; gives the title that stands for it. */
export type OnCode = (code: string, title: string | undefined) => string | undefined;

/**
 * The rows of a record in MEDS's order: those without a time, then by time; at one time births, beginnings of encounters, events, ends,
 * deaths. Events of one time stay in the record's order.
 */
export function rowsOfRecord(record: PatientRecord, onCode: OnCode): RowValues[] {
  const { id, isHash } = subjectIdOf(record.id);
  const ordered: { row: RowValues; rank: number }[] = [];
  const add = (rank: number, row: RowValues) => void ordered.push({ rank, row });
  const say = (code: string, title?: string) => (onCode(code, title), code);
  const person = (rank: number, code: string, title?: string, rest?: Partial<RowValues>) =>
    add(rank, { ...rest, code: say(code, title), kind: 'patient' });
  person(RANK.person, wordCode('GENDER', GENDERS[record.sex]), record.sex, isHash ? { source_id: record.id } : {});
  if (record.race) person(RANK.person, wordCode('RACE', record.race), Race[record.race]);
  if (record.ethnicity) person(RANK.person, wordCode('ETHNICITY', record.ethnicity), Ethnicity[record.ethnicity]);
  if (record.birthDate) person(RANK.birth, BIRTH, 'Birth', times({ start: record.birthDate }));
  for (const [index, encounter] of record.encounters.entries())
    for (const [rank, row] of rowsOfEncounter(encounter, index)) add(rank, { ...row, code: say(row.code) });
  for (const event of record.events) add(RANK.event, rowOfEvent(event, onCode));
  if (record.deathDate) person(RANK.death, DEATH, 'Death', times({ start: record.deathDate }));
  const timeOf = ({ time }: RowValues) => (time as number | undefined) ?? -Infinity;
  ordered.sort((a, b) => compare(timeOf(a.row), timeOf(b.row)) || a.rank - b.rank);
  for (const { row } of ordered) row.subject_id = id;
  return ordered.map(({ row }) => row);
}

const RANK = { person: 0, birth: 1, start: 2, event: 3, end: 4, death: 5 };
const GENDERS = { female: 'F', male: 'M', other: 'other', unknown: 'unknown' };

/** Its beginning, with its end in a column, and its end. */
function rowsOfEncounter(encounter: Encounter, index: number): [rank: number, row: RowValues][] {
  const own = times(encounter);
  const start = { code: wordCode('ENCOUNTER', encounter.class), ...own, kind: 'encounter', encounter: index };
  if (encounter.end === undefined) return [[RANK.start, start]];
  const at = { time: own.end, time_precision: own.end_precision };
  const end = {
    code: wordCode('ENCOUNTER_END', encounter.class),
    ...at,
    kind: 'encounter end',
    encounter: index,
  };
  return [
    [RANK.start, start],
    [RANK.end, end],
  ];
}

function rowOfEvent(event: CodedEvent, onCode: OnCode): RowValues {
  const { kind, code, quantity, referenceRange, dose, route } = event;
  const named = (one: Code | undefined) => {
    if (!one) return undefined;
    const text = medsCode(one);
    return { text, title: onCode(text, one.display) ?? one.code };
  };
  const row: RowValues = { code: medsCode(code, unitInCode(kind, quantity)), kind, ...times(event) };
  onCode(row.code, code.display);
  if (event.encounter !== undefined) row.encounter = event.encounter;
  if (quantity) {
    const { value, comparator, unit, system, code: unitCode } = quantity;
    if (value !== undefined) setNumber(row, value);
    Object.assign(row, { comparator, unit, unit_system: system, unit_code: unitCode });
  }
  if (referenceRange) Object.assign(row, { range_low: referenceRange.low, range_high: referenceRange.high });
  if (event.interpretation !== undefined) row.interpretation = event.interpretation;
  if (event.category !== undefined) row.category = event.category;
  if (event.panel) row.panel = named(event.panel)!.text;
  const answer = named(event.answer);
  if (answer) row.answer = answer.text;
  const text = event.text ?? answer?.title;
  if (text !== undefined) row.text_value = text;
  if (event.sourceText !== undefined) row.source_text = event.sourceText;
  if (dose)
    Object.assign(row, {
      dose_value: dose.value,
      dose_comparator: dose.comparator,
      dose_unit: dose.unit,
      dose_unit_system: dose.system,
      dose_unit_code: dose.code,
    });
  if (event.timesPerDay !== undefined) row.times_per_day = event.timesPerDay;
  if (event.daysSupply !== undefined) row.days_supply = BigInt(event.daysSupply);
  if (event.refills !== undefined) row.refills = BigInt(event.refills);
  if (route) Object.assign(row, { route: named(route.code)?.text, route_text: route.text });
  if (event.verbatimEnd !== undefined) row.verbatim_end = event.verbatimEnd;
  if (event.active !== undefined) row.active = event.active;
  return row;
}

/** As a float of 32 bits; whole beside it where that does not say it. */
function setNumber(row: RowValues, value: number): void {
  const float = Math.fround(value);
  if (Number.isFinite(float)) row.numeric_value = float;
  if (!Number.isFinite(float) || ofFloat32(float) !== value) row.numeric_value_double = value;
}

function times({
  start,
  startTime,
  end,
  endTime,
}: Pick<Encounter, 'start' | 'startTime' | 'end' | 'endTime'>): Partial<RowValues> {
  const row: Partial<RowValues> = {};
  if (start !== undefined) {
    row.time = minutesOf(start, startTime);
    row.time_precision = startTime === undefined ? 'day' : 'minute';
  }
  if (end !== undefined) {
    row.end = minutesOf(end, endTime);
    row.end_precision = endTime === undefined ? 'day' : 'minute';
  }
  return row;
}

const MINUTES_A_DAY = 1440;
const days = new Map<string, number>();

function minutesOf(day: string, time?: string): number {
  let first = days.get(day);
  if (first === undefined) days.set(day, (first = daysBetween('1970-01-01', day) * MINUTES_A_DAY));
  return time === undefined ? first : first + Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
