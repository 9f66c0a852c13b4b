import {
  type CodedEvent,
  type Encounter,
  EventKind,
  type PatientRecord,
  type Problem,
  System,
  type Tally,
} from '@ehrsynth/records';
import type { CodeBook, KnownCode } from '../codes/code-book.ts';
import { LOCAL_SYSTEM, partsOf, unitInCode, unitTail } from '../codes/code-text.ts';
import type { MeantEvent } from '../codes/meaning.ts';
import type { JudgedCode } from '../codes/judged-code.ts';
import { BIRTH, DEATH } from '../standard.ts';
import { ownValuesOf, valuesOf } from './event-values.ts';
import { faultOf, lifetimeOf } from './lifetime.ts';
import { Person } from './people.ts';
import type { OwnColumns, Row } from './rows.ts';
import { instantOf } from './times.ts';
import { asEnd, asStart, Visits } from './visits.ts';

/** What all subjects are read by. */
export interface Reading {
  book: CodeBook;
  kinds: ReadonlySet<EventKind>;
  tally: Tally;
  /** Whether the source numbers its visits. */
  hasVisits: boolean;
}

type Notice = Pick<Problem, 'reason' | 'detail'>;

const WITHOUT_CODE = 'row without a code';
const NOT_KNOWN = 'code of no known system, without a number';
const KIND_NOT_KNOWN = 'code whose kind nothing says';
const KEPT_LOCAL = `code of no known system, kept under ${LOCAL_SYSTEM}`;
const AS_CONDITION = 'SNOMED CT code whose kind nothing says, read as a condition';
const INFINITE = 'numeric_value is infinite: no number';
const WITHOUT_DATE = 'placeholder date, dropped';
const NOT_IN_CODES = 'code that metadata/codes.parquet lacks';

/** The rows of a subject as a record; each is counted as used, or as left out and why. @param where for messages: file and subject */
export function toRecord(id: string, rows: Row[], where: string, reading: Reading): PatientRecord {
  const { tally } = reading;
  const note = (problem: Notice) => tally.note({ ...problem, resourceType: 'data', where });
  const person = new Person(note);
  const visits = new Visits();
  const ownEncounters: Encounter[] = [];
  const events: { row: Row; known: Extract<KnownCode, { is: 'event' }> | undefined }[] = [];
  const stays: { row: Row; known: Extract<KnownCode, { is: 'visit' }> }[] = [];
  const count = { use: () => tally.use('data'), skip: (reason: string) => tally.skip('data', reason), note };
  for (const row of rows) {
    if (row.code === null || row.code === '') {
      tally.fault({ reason: WITHOUT_CODE, resourceType: 'data', where });
      continue;
    }
    if (row.gender) person.sex(row.gender);
    if (row.race) person.origin(row.race);
    if (row.ethnicity) person.origin(row.ethnicity);
    if (row.own?.kind) {
      if (EVENT_KINDS.has(row.own.kind)) events.push({ row, known: undefined });
      else readOwn(row, row.own, person, ownEncounters, count.use);
      continue;
    }
    const known = reading.book.read(row.code);
    if (reading.book.lacks(row.code)) note({ reason: NOT_IN_CODES, detail: row.code });
    if (known.is === 'event') events.push({ row, known });
    else if (known.is === 'visit') stays.push({ row, known });
    else if (known.is === 'nothing') count.skip(known.reason);
    else {
      if (known.is === 'birth') person.birth(row);
      else if (known.is === 'death') person.death(row);
      else if (known.is === 'sex') person.sex(known.text);
      else person.origin(known.text);
      count.use();
    }
  }
  tally.use('person');
  const { demographics } = person;
  // Our own rows are read as they were written.
  const others = [...stays, ...events].flatMap(({ row }) => (row.own ? [] : (dayOf(row) ?? [])));
  const life = rows.some(({ own }) => own) ? demographics : lifetimeOf(demographics, others, note);
  const isWithin = (row: Row) => {
    const reason = row.own ? undefined : faultOf(dayOf(row), life);
    if (reason) tally.fault({ reason, resourceType: 'data', where, detail: `${row.code}, ${dayOf(row)}` });
    return reason === undefined;
  };
  for (const { row, known } of stays) if (isWithin(row)) visits.add(row, known, count);
  const said = { ...demographics };
  if (life.birthDate === undefined) delete said.birthDate;
  if (life.deathDate === undefined) delete said.deathDate;
  return {
    id,
    ...said,
    encounters: ownEncounters.length > 0 ? Array.from(ownEncounters, (one) => one ?? UNKNOWN_VISIT) : visits.encounters,
    events: events.flatMap(({ row, known }) => {
      if (!isWithin(row)) return [];
      const event = known ? toEvent(row, known, visits, where, reading) : toOwnEvent(row, where, reading);
      return event ? [event] : [];
    }),
  };
}

function dayOf({ minutes }: Row): string | undefined {
  return minutes === null ? undefined : instantOf(minutes)?.day;
}

const EVENT_KINDS: ReadonlySet<string> = new Set(EventKind.options);
/** Of an encounter whose row was taken out. */
const UNKNOWN_VISIT: Encounter = { class: 'AMB' };
/** Tables of the OMOP CDM and of MIMIC, whole and as ETLs shorten them. */
const TABLE_KINDS: [RegExp, EventKind][] = [
  [/condition|diagnos/i, 'condition'],
  [/drug|medication|prescription|emar|pharmacy/i, 'drug'],
  [/procedure|device/i, 'procedure'],
  [/measurement|observation|lab|vital|chart/i, 'measurement'],
  [/immuni[sz]ation|vaccin/i, 'immunization'],
  [/allerg/i, 'allergy'],
];

/** A row of our own that is no event. */
function readOwn(row: Row, own: OwnColumns, person: Person, encounters: Encounter[], use: () => void): void {
  const [first, text = ''] = partsOf(row.code!);
  if (own.kind === 'encounter') encounters[own.encounter ?? encounters.length] = { class: text, ...ownTimes(row, own) };
  else if (row.code === BIRTH) person.birth(row);
  else if (row.code === DEATH) person.death(row);
  else if (first === 'GENDER') person.sex(text);
  else if (first === 'RACE') person.own('race', text);
  else if (first === 'ETHNICITY') person.own('ethnicity', text);
  use();
}

function toOwnEvent(row: Row, where: string, reading: Reading): CodedEvent | undefined {
  const own = row.own!;
  const kind = own.kind as EventKind;
  const unit = unitInCode(kind, { code: own.unit_code ?? undefined, unit: row.unit ?? undefined });
  const judged = reading.book.ownEvent(row.code!, unitTail(unit));
  if (!isRead(kind, judged, where, reading)) return undefined;
  return {
    kind,
    code: judged.code,
    ...ownTimes(row, own),
    ...(own.encounter !== null && { encounter: own.encounter }),
    ...ownValuesOf(row, own, reading.book),
  };
}

function ownTimes(row: Row, own: OwnColumns): Pick<CodedEvent, 'start' | 'startTime' | 'end' | 'endTime'> {
  return {
    ...asStart(row.minutes === null ? undefined : instantOf(row.minutes, own.time_precision ?? 'day')),
    ...asEnd(row.end === null ? undefined : instantOf(row.end, own.end_precision ?? 'day'), undefined),
  };
}

function toEvent(
  row: Row,
  known: Extract<KnownCode, { is: 'event' }>,
  visits: Visits,
  where: string,
  reading: Reading,
): CodedEvent | undefined {
  const { tally } = reading;
  const note = (problem: Notice) => tally.note({ ...problem, resourceType: 'data', where });
  const kind = kindOf(row, known, note);
  const isLocal = known.code.system === LOCAL_SYSTEM;
  if (kind === undefined) {
    tally.skip('data', isLocal ? NOT_KNOWN : KIND_NOT_KNOWN);
    return undefined;
  }
  if (!isRead(kind, known.judged, where, reading)) return undefined;
  if (isLocal) note({ reason: KEPT_LOCAL, detail: row.code! });
  const [start, end] = [row.minutes, row.end].map((minutes) => (minutes === null ? undefined : instantOf(minutes)));
  if ((row.minutes !== null && !start) || (row.end !== null && !end)) note({ reason: WITHOUT_DATE, detail: row.code! });
  if (row.number === Infinity || row.number === -Infinity) note({ reason: INFINITE, detail: row.code! });
  const encounter = visits.of(row, start, reading.hasVisits);
  return {
    kind,
    code: known.judged.code,
    ...asStart(start),
    ...asEnd(end, start),
    ...(encounter !== undefined && { encounter }),
    ...valuesOf(row, kind, known.unit ?? row.unit ?? undefined),
  };
}

/** By the words of its code, its table, its system; what has a number was measured. */
function kindOf(row: Row, { code, kind, isTold }: MeantEvent, note: (problem: Notice) => void): EventKind | undefined {
  if (isTold || code.system === System.cvx) return kind;
  const ofTable = row.table && TABLE_KINDS.find(([pattern]) => pattern.test(row.table!))?.[1];
  if (ofTable) return ofTable;
  if (kind) return kind;
  if (row.number !== null && Number.isFinite(row.number)) return 'measurement';
  if (code.system !== System.snomed) return undefined;
  note({ reason: AS_CONDITION, detail: row.code! });
  return 'condition';
}

/** Counts an event; false where it is left out. */
function isRead(kind: EventKind, judged: JudgedCode, where: string, { kinds, tally }: Reading): boolean {
  const problem = { resourceType: 'data', where };
  if (!kinds.has(kind)) tally.skip('data', `${kind} not requested`);
  else if (judged.fault) tally.fault({ ...problem, ...judged.fault });
  else {
    if (judged.note) tally.note({ ...problem, ...judged.note });
    tally.code(kind, judged.code.system, judged.code.code);
    tally.use('data');
    return true;
  }
  return false;
}
