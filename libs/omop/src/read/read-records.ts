import {
  type CodedEvent,
  type EventKind,
  Ethnicity,
  isCalendarDate,
  type PatientRecord,
  Race,
  Sex,
  type Tally,
} from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { CLASS, ETHNICITY, GENDER, RACE, SYSTEMS, USUAL_SYSTEM, VISIT } from '../cdm/concepts.ts';
import { EVENT_TABLES, type EventTable } from '../cdm/events.ts';
import { readable, tellFaults } from './faults.ts';
import { openSource, type Source } from './source.ts';

export interface OmopReadOptions {
  vocabulary: Vocabulary;
  kinds: EventKind[];
  /** The system of a table's source values that have no source concept; ICD-10-CM, NDC, ICD-10-PCS and LOINC by default. */
  systems?: Partial<Record<EventKind, string>>;
  /** Keep a code that its complete dictionary does not have. */
  keepUnknownCodes?: boolean;
  onProgress?: (patients: number) => void;
}

interface PersonRow {
  person_id: bigint;
  gender_concept_id: bigint | null;
  gender_source_value: string | null;
  birth: string | null;
  race_concept_id: bigint | null;
  ethnicity_concept_id: bigint | null;
  person_source_value: string | null;
  death: string | null;
}
interface VisitRow {
  person_id: bigint;
  id: bigint;
  concept: bigint | null;
  source: string | null;
  start: string;
  end: string | null;
}
interface EventRow {
  person_id: bigint;
  kind: EventKind;
  code: string;
  vocabulary: string | null;
  reference: string | null;
  name: string | null;
  start: string;
  end: string | null;
  visit: bigint | null;
  number: number | null;
  unit: string | null;
  status: string | null;
}

/**
 * The persons of an OMOP CDM 5.3 or 5.4 (a folder of CSV or Parquet, or a DuckDB file) as records, in the order of their ids.
 * Codes are the source's own (`*_source_concept_id`, else `*_source_value`). DuckDB sorts and joins, on disk where it must;
 * here three sorted streams are merged.
 * @throws MissingTableError, MissingColumnError, BrokenTableError; BadInputError where the tally is told to stop
 */
export async function* readOmop(
  path: string,
  options: OmopReadOptions,
  tally: Tally,
): AsyncGenerator<PatientRecord> {
  const source = await openSource(path);
  try {
    await tellFaults(source, tally);
    const { database } = source;
    const visits = new ByPerson(database.stream<VisitRow>(VISITS));
    const events = new ByPerson(database.stream<EventRow>(eventsQuery(source, options.kinds)));
    let patients = 0;
    for await (const person of database.stream<PersonRow>(PERSONS)) {
      const own = { visits: await visits.of(person.person_id), events: await events.of(person.person_id) };
      yield toRecord(person, own.visits, own.events, options, tally);
      options.onProgress?.(++patients);
    }
  } finally {
    await source.close();
  }
}

/** An event stands in a visit only where the visit is the same person's. */
const VISITS = `
  SELECT person_id, visit_occurrence_id AS id, visit_concept_id AS concept, visit_source_value AS source,
    CAST(visit_start_date AS VARCHAR) AS start, CAST(visit_end_date AS VARCHAR) AS "end"
  FROM (${readable('visit_occurrence', 'visit_start_date')}) ORDER BY person_id, visit_start_date, visit_occurrence_id`;

/** Without a month or day, the first, as the CDM's convention for a birth date in parts. */
const PERSONS = `
  SELECT p.person_id, gender_concept_id, gender_source_value, race_concept_id, ethnicity_concept_id, person_source_value,
    coalesce(printf('%04d-%02d-%02d', year_of_birth, coalesce(month_of_birth, 1), coalesce(day_of_birth, 1)),
      CAST(CAST(birth_datetime AS DATE) AS VARCHAR)) AS birth,
    (SELECT CAST(min(death_date) AS VARCHAR) FROM death d WHERE d.person_id = p.person_id) AS death
  FROM person p WHERE p.person_id IS NOT NULL ORDER BY p.person_id`;

function eventsQuery({ tables }: Source, kinds: EventKind[]): string {
  const wanted = EVENT_TABLES.filter(({ kind, table }) => kinds.includes(kind) && tables.has(table));
  if (wanted.length === 0) return 'SELECT CAST(0 AS BIGINT) AS person_id WHERE false';
  return `${wanted.map(eventQuery).join('\nUNION ALL\n')} ORDER BY person_id, start, kind, id`;
}

function eventQuery({ kind, table, prefix, key, start, end, number, unit }: EventTable): string {
  const text = (column: string | undefined) =>
    column ? `CAST(t.${column} AS VARCHAR)` : 'CAST(NULL AS VARCHAR)';
  return `
  SELECT t.person_id, t.${key} AS id, '${kind}' AS kind, coalesce(c.concept_code, t.${prefix}_source_value) AS code,
    c.vocabulary_id AS vocabulary, v.vocabulary_reference AS reference, c.concept_name AS name, ${text(start)} AS start,
    ${text(end)} AS "end", t.visit_occurrence_id AS visit,
    ${number ? `CAST(t.${number} AS DOUBLE)` : 'CAST(NULL AS DOUBLE)'} AS number, ${text(unit)} AS unit,
    ${text(kind === 'condition' ? 'condition_status_source_value' : undefined)} AS status
  FROM (${readable(table, start)}) t
  LEFT JOIN concept c ON c.concept_id = t.${prefix}_source_concept_id AND c.concept_id <> 0
  LEFT JOIN vocabulary v ON v.vocabulary_id = c.vocabulary_id
  WHERE coalesce(c.concept_code, t.${prefix}_source_value) IS NOT NULL`;
}

/** Rows in the order of their persons, handed out person by person. */
class ByPerson<Row extends { person_id: bigint }> {
  private next: IteratorResult<Row> | undefined;

  constructor(private readonly rows: AsyncGenerator<Row>) {}

  /** @param person greater than the one asked for before */
  async of(person: bigint): Promise<Row[]> {
    const own: Row[] = [];
    this.next ??= await this.rows.next();
    while (!this.next.done && this.next.value.person_id <= person) {
      if (this.next.value.person_id === person) own.push(this.next.value);
      this.next = await this.rows.next();
    }
    return own;
  }
}

function toRecord(
  person: PersonRow,
  visits: VisitRow[],
  events: EventRow[],
  options: OmopReadOptions,
  tally: Tally,
): PatientRecord {
  tally.use('person');
  tally.use('visit_occurrence', visits.length);
  const indexOf = new Map(visits.map(({ id }, index) => [id, index]));
  const birth = person.birth ?? undefined;
  return {
    id: person.person_source_value ?? String(person.person_id),
    sex: sexOf(person),
    birthDate: birth && isCalendarDate(birth) ? birth : undefined,
    deathDate: person.death ?? undefined,
    race: keyOf(RACE, person.race_concept_id, Race),
    ethnicity: keyOf(ETHNICITY, person.ethnicity_concept_id, Ethnicity),
    encounters: visits.map(({ concept, source, start, end }) => ({
      class: source && VISIT[source] !== undefined ? source : (CLASS[Number(concept)] ?? 'AMB'),
      start,
      end: end && end >= start ? end : undefined,
    })),
    events: events
      .map((row) => toEvent(row, row.visit === null ? undefined : indexOf.get(row.visit), options, tally))
      .filter((event) => event !== undefined),
  };
}

function toEvent(
  row: EventRow,
  encounter: number | undefined,
  options: OmopReadOptions,
  tally: Tally,
): CodedEvent | undefined {
  const { kind, start, name, number, unit, status } = row;
  const { table } = EVENT_TABLES.find((one) => one.kind === kind)!;
  const { vocabulary, keepUnknownCodes } = options;
  const known = row.vocabulary ? (SYSTEMS[row.vocabulary] ?? row.reference ?? row.vocabulary) : undefined;
  const system = known ?? options.systems?.[kind] ?? USUAL_SYSTEM[kind];
  const code = vocabulary.canonical(system, row.code);
  tally.code(kind, system, code);
  const entry = vocabulary.find(system, code);
  if (!entry && vocabulary.has(system)) {
    const problem = { reason: 'code in no dictionary', resourceType: table, where: `person ${row.person_id}`, detail: `${row.code} (${system})` }; // prettier-ignore
    if (vocabulary.isComplete(system) && !keepUnknownCodes) {
      tally.fault(problem);
      return undefined;
    }
    tally.note({ ...problem, reason: `${problem.reason}, kept` });
  }
  tally.use(table);
  const display = entry?.display ?? name ?? undefined;
  return {
    kind,
    code: { system, code: entry?.code ?? code, ...(display && { display }) },
    start,
    // A drug's end is its start where it is not known: the CDM requires one.
    end: row.end && row.end >= start && !(kind === 'drug' && row.end === start) ? row.end : undefined,
    encounter,
    active: status === 'active' ? true : status === 'resolved' ? false : undefined,
    quantity: number === null ? undefined : { value: number, ...(unit && { unit }) },
  };
}

function sexOf({ gender_concept_id, gender_source_value }: PersonRow): Sex {
  const standard = (Object.keys(GENDER) as Sex[]).find(
    (sex) => GENDER[sex] !== 0 && GENDER[sex] === Number(gender_concept_id),
  );
  if (standard) return standard;
  const source = Sex.safeParse(gender_source_value?.toLowerCase());
  return source.success ? source.data : 'unknown';
}

function keyOf(
  concepts: Record<string, number>,
  concept: bigint | null,
  known: Record<string, string>,
): string | undefined {
  return Object.keys(known).find((code) => concepts[code] === Number(concept));
}
