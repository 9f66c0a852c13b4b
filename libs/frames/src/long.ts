import type { Database } from '@ehrsynth/duckdb';
import { addDays, type Code, type CodedEvent, type EventKind, type PatientRecord } from '@ehrsynth/records';
import { isEmpty, sexOf } from './cells.ts';
import type { Layout, Role } from './roles.ts';
import { column, placeOf, selected, type Table } from './table.ts';
import { instantOf, minutesOf, type TimeForm, timeFormOf } from './times.ts';
import { note, readPerson } from './wide.ts';

/** What a code of the table means; why it means nothing. */
export type CodeMeaning = { kind: EventKind; code: Code; unit?: string } | { fault: string };
/** @param system, kind what the row says of them in columns of their own */
export type CodeResolver = (code: string, system?: string, kind?: string) => CodeMeaning;

/** A row that could not be read, or of which not all was taken. */
export interface LongFault {
  reason: string;
  where: string;
  detail?: string;
}

export interface LongOptions {
  resolve: CodeResolver;
  /** @throws what ends the reading */
  onFault: (fault: LongFault) => void;
  /** Of what costs no row. */
  onNote?: (note: LongFault) => void;
  /** What is worth knowing, by what it was. */
  notes: Map<string, number>;
}

/** A table with a row for each event. */
export interface Long {
  path: string;
  roles: Layout['roles'];
  /** Undefined where it has no times. */
  times?: TimeForm;
  records: (options: LongOptions) => AsyncGenerator<PatientRecord>;
}

/** @throws FrameError, UserError */
export async function longTable(table: Table, layout: Layout, database: Database): Promise<Long> {
  const roles = await filledRoles(table, layout, database);
  const times = roles.time === undefined ? undefined : await timeFormOf(database, table, roles.time);
  return {
    path: table.path,
    roles,
    ...(times && { times }),
    records: (options) => recordsOf(table, roles, times ?? 'dates', database, options),
  };
}

/** Without the roles of columns that are empty in every row: what they would say is not there. */
async function filledRoles(table: Table, { roles }: Layout, database: Database): Promise<Layout['roles']> {
  const known = Object.entries(roles);
  const counts = known.map(([, name]) => `count(NULLIF(trim(CAST(${column(table, name)} AS VARCHAR)), ''))`);
  let filled = known;
  for await (const chunk of selected(database, table, counts))
    filled = known.filter(([role], i) => role === 'id' || role === 'code' || Number(chunk[i][0]) > 0);
  return Object.fromEntries(filled) as Layout['roles'];
}

type Row = { row: number } & Partial<Record<Role, unknown>>;

const DATES: readonly Role[] = ['time', 'end', 'birth', 'death'];

async function* recordsOf(
  table: Table,
  roles: Layout['roles'],
  times: TimeForm,
  database: Database,
  options: LongOptions,
): AsyncGenerator<PatientRecord> {
  const known = Object.entries(roles) as [Role, string][];
  const numbered = { ...table, sql: `(SELECT *, row_number() OVER () AS "the row" FROM ${table.sql})` };
  const expressions = known.map(([role, name]) => {
    if (DATES.includes(role))
      return minutesOf(column(table, name), role === 'birth' || role === 'death' ? 'dates' : times);
    return `CAST(${column(table, name)} AS VARCHAR)`;
  });
  // Beside what dates were understood as, whether there was anything to understand.
  const texts = known
    .filter(([role]) => DATES.includes(role))
    .map(([, name]) => `CAST(${column(table, name)} AS VARCHAR)`);
  const id = expressions[known.findIndex(([role]) => role === 'id')];
  const all = ['CAST("the row" AS DOUBLE)', ...expressions, ...texts];
  let rows: Row[] = [];
  for await (const chunk of selected(database, numbered, all, `ORDER BY ${id}, "the row"`)) {
    for (let i = 0; i < chunk[0].length; i++) {
      const row: Row = { row: (chunk[0][i] as number) - 1 };
      known.forEach(([role], at) => (row[role] = chunk[at + 1][i]));
      const dates = known.filter(([role]) => DATES.includes(role));
      const undated = dates.find(([role], at) => row[role] === null && !isEmpty(chunk[known.length + 1 + at][i]));
      if (undated) {
        options.onFault({ reason: 'not a date', where: placeOf(table, row.row, undated[1]) });
        continue;
      }
      if (isEmpty(row.id)) {
        options.onFault({ reason: 'a row without a patient', where: placeOf(table, row.row, roles.id) });
        continue;
      }
      if (rows.length > 0 && rows[0].id !== row.id) {
        yield recordOf(rows, table, roles, options);
        rows = [];
      }
      rows.push(row);
    }
  }
  if (rows.length > 0) yield recordOf(rows, table, roles, options);
}

function recordOf(rows: Row[], table: Table, roles: Layout['roles'], options: LongOptions): PatientRecord {
  const person: { sex?: PatientRecord['sex']; age?: number; race?: string; ethnicity?: string } = {};
  const record: PatientRecord = { id: String(rows[0].id), sex: 'unknown', encounters: [], events: [] };
  const visits = new Map<string, number>();
  const contradiction = contradictedSex(rows);
  if (contradiction) {
    const { row, detail } = contradiction;
    options.onNote?.({ reason: OTHER_SEX, where: placeOf(table, row.row, roles.sex!), detail });
  }
  for (const row of rows) {
    for (const role of ['sex', 'race', 'ethnicity'] as const)
      if (person[role] === undefined) readPerson(person, role, row[role], options.notes);
    const before = person.age ?? -1;
    readPerson(person, 'age', row.age, options.notes);
    person.age = person.age === undefined && before < 0 ? undefined : Math.max(before, person.age ?? -1);
    if (typeof row.birth === 'number') record.birthDate ??= instantOf(row.birth).day;
    if (typeof row.death === 'number') record.deathDate ??= instantOf(row.death).day;
    // A row without a code says something of the patient alone.
    if (isEmpty(row.code)) continue;
    const event = eventOf(row, table, roles, options);
    if (!event) continue;
    const encounter = encounterOf(row, event, visits, record.encounters);
    record.events.push({ ...event, ...(encounter !== undefined && { encounter }) });
  }
  const { age, ...rest } = person;
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) Object.assign(record, { [name]: value });
  return age === undefined || record.birthDate !== undefined ? record : withAge(record, age);
}

const OTHER_SEX = 'sex differs from an earlier row of the same patient; the first is kept';

/** The first row that says another sex than one before it. */
function contradictedSex(rows: readonly Row[]): { row: Row; detail: string } | undefined {
  let first: string | undefined;
  for (const row of rows) {
    const sex = isEmpty(row.sex) ? undefined : sexOf(row.sex);
    if (sex === undefined || sex === 'unknown') continue;
    first ??= sex;
    if (sex !== first) return { row, detail: `${sex}, before ${first}` };
  }
  return undefined;
}

const DAYS_A_YEAR = 365.2425;

/** The age at the last day: as a day of birth where there are days, half a year in; else as it is. */
function withAge(record: PatientRecord, age: number): PatientRecord {
  const last = record.events.reduce((latest, { start = '' }) => (start > latest ? start : latest), '');
  return last === ''
    ? { ...record, age }
    : { ...record, birthDate: addDays(last, -Math.round((age + 0.5) * DAYS_A_YEAR)) };
}

function eventOf(row: Row, table: Table, roles: Layout['roles'], options: LongOptions): CodedEvent | undefined {
  const text = (role: Role) => (isEmpty(row[role]) ? undefined : String(row[role]));
  const meant = options.resolve(text('code')!.trim(), text('system'), text('kind'));
  if ('fault' in meant) {
    options.onFault({ reason: meant.fault, where: placeOf(table, row.row, roles.code), detail: text('code') });
    return undefined;
  }
  const { kind, code } = meant;
  const unit = text('unit') ?? meant.unit;
  const value = text('value') === undefined ? undefined : Number(text('value'));
  if (value !== undefined && !Number.isFinite(value)) note(options.notes, 'values that are not numbers, not read');
  const quantity =
    value !== undefined && Number.isFinite(value) ? { value, ...(unit !== undefined && { unit }) } : undefined;
  const start = typeof row.time === 'number' ? instantOf(row.time) : undefined;
  const end = typeof row.end === 'number' ? instantOf(row.end) : undefined;
  return {
    kind,
    code,
    ...(start && { start: start.day, ...(start.time && { startTime: start.time }) }),
    ...(end && start && end.day >= start.day && { end: end.day, ...(end.time && { endTime: end.time }) }),
    ...(quantity && { quantity }),
  };
}

/** The encounter of a row that says its class: those with one visit number are one, from the first day to the last. */
function encounterOf(
  row: Row,
  { start, end = start }: CodedEvent,
  visits: Map<string, number>,
  encounters: PatientRecord['encounters'],
): number | undefined {
  if (isEmpty(row.class) || isEmpty(row.visit)) return undefined;
  const key = String(row.visit);
  let place = visits.get(key);
  if (place === undefined) {
    visits.set(key, (place = encounters.length));
    encounters.push({ class: String(row.class), ...(start && { start, end }) });
    return place;
  }
  const own = encounters[place];
  if (start !== undefined && (own.start === undefined || start < own.start)) own.start = start;
  if (end !== undefined && (own.end === undefined || end > own.end)) own.end = end;
  return place;
}
