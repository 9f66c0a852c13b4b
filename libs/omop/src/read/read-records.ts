import type { ReadLimits } from '@ehrsynth/io';
import {
  addDays,
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
import { CLASS, ETHNICITY, GENDER, RACE, VISIT } from '../cdm/concepts.ts';
import { BIRTH_FROM_PARTS } from '../cdm/tables.ts';
import { readable, tellFaults } from './faults.ts';
import { openSource } from './open.ts';
import { eventRows, type SourceCode, sourceCodes } from './source-codes.ts';

export interface OmopReadOptions {
  vocabulary: Vocabulary;
  kinds: EventKind[];
  /** The system of a table's source values that have no source concept; ICD-10-CM, NDC, ICD-10-PCS and LOINC by default. */
  systems?: Partial<Record<EventKind, string>>;
  /** The source's own codes, or codes that the standard concepts are mapped back to. */
  codes?: 'source' | 'mapped';
  /** Schema of a PostgreSQL database. */
  schema?: string;
  /** The schema of the vocabulary tables, where it is another. */
  vocabularySchema?: string;
  /** In which times that name their zone are read: an IANA name; UTC by default. */
  timeZone?: string;
  /** The user's vocabularies from Athena, for a source that has none: a file that `importAthena` wrote. */
  athena?: string;
  /** Keep a code that its complete dictionary does not have. */
  keepUnknownCodes?: boolean;
  /** Codes of former ICD-10-CM releases: as they are (default), as what took their place, or as the header above. */
  formerCodes?: 'keep' | 'successor' | 'parent';
  /** Of gzipped files and of the lines of CSV. */
  limits?: ReadLimits;
  /** Where what does not fit into memory is put, as plain text; by default the system's folder for temporary files. */
  workFolder?: string;
  onProgress?: (patients: number) => void;
}

type PersonRow = [
  id: bigint,
  gender: bigint | null,
  genderSource: string | null,
  race: bigint | null,
  ethnicity: bigint | null,
  source: string | null,
  birth: string | null,
  death: string | null,
];
type VisitRow = [
  person: bigint,
  id: bigint,
  concept: bigint | null,
  source: string | null,
  start: string,
  end: string | null,
];
/** Days since 1970; what stands in many rows alike is named by its place in the list of source codes. */
type EventRow = [
  person: bigint,
  code: number,
  start: number,
  end: number | null,
  visit: bigint | null,
  number: number | null,
  times: bigint | number,
];

/**
 * The persons of an OMOP CDM 5.3 or 5.4 (a folder of CSV or Parquet, a DuckDB file, or a PostgreSQL database) as records, in the order
 * of their ids. Codes are the source's own (`*_source_concept_id`, else `*_source_value`), or mapped back from standard concepts.
 * DuckDB or the server sorts and joins; here three sorted streams are merged.
 * @param path of a folder or file, or a postgres:// URL
 * @throws MissingTableError, MissingColumnError, BrokenTableError; BadInputError where the tally is told to stop
 */
export async function* readOmop(
  path: string,
  options: OmopReadOptions,
  tally: Tally,
): AsyncGenerator<PatientRecord> {
  const source = await openSource(path, options);
  try {
    await tellFaults(source, tally, options.codes ?? 'source');
    const { database } = source;
    const codes = await sourceCodes(source, options);
    const visits = new ByPerson(database.stream<VisitRow>(VISITS));
    const events = new ByPerson(database.stream<EventRow>(await eventRows(source)));
    let patients = 0;
    for await (const person of database.stream<PersonRow>(PERSONS)) {
      const own = [await visits.of(person[0]), await events.of(person[0])] as const;
      yield toRecord(person, ...own, codes, tally);
      options.onProgress?.(++patients);
    }
  } finally {
    await source.close();
  }
}

const VISITS = `
  SELECT person_id, visit_occurrence_id, visit_concept_id, visit_source_value, CAST(visit_start_date AS VARCHAR),
    CAST(visit_end_date AS VARCHAR)
  FROM (${readable('visit_occurrence', 'visit_start_date')}) r ORDER BY person_id, visit_start_date, visit_occurrence_id`;

/** Without a month or day, the first, as the CDM's convention for a birth date in parts. */
const PERSONS = `
  SELECT p.person_id, gender_concept_id, gender_source_value, race_concept_id, ethnicity_concept_id, person_source_value,
    coalesce(${BIRTH_FROM_PARTS}, CAST(CAST(birth_datetime AS DATE) AS VARCHAR)) AS birth,
    CAST(d.death_date AS VARCHAR)
  FROM person p
  LEFT JOIN (SELECT person_id, min(death_date) AS death_date FROM death GROUP BY person_id) d ON d.person_id = p.person_id
  WHERE p.person_id IS NOT NULL ORDER BY p.person_id`;

/** Rows in the order of their persons, handed out person by person. */
class ByPerson<Row extends [person: bigint, ...unknown[]]> {
  private next: IteratorResult<Row> | undefined;

  constructor(private readonly rows: AsyncGenerator<Row>) {}

  /** @param person greater than the one asked for before */
  async of(person: bigint): Promise<Row[]> {
    const own: Row[] = [];
    this.next ??= await this.rows.next();
    while (!this.next.done && this.next.value[0] <= person) {
      if (this.next.value[0] === person) own.push(this.next.value);
      this.next = await this.rows.next();
    }
    return own;
  }
}

function toRecord(
  person: PersonRow,
  visits: VisitRow[],
  events: EventRow[],
  codes: SourceCode[],
  tally: Tally,
): PatientRecord {
  const [id, gender, genderSource, race, ethnicity, source, birth, death] = person;
  tally.use('person');
  tally.use('visit_occurrence', visits.length);
  const indexOf = new Map(visits.map((visit, index) => [visit[1], index]));
  return {
    id: source ?? String(id),
    sex: sexOf(gender, genderSource),
    birthDate: birth && isCalendarDate(birth) ? birth : undefined,
    deathDate: death ?? undefined,
    race: keyOf(RACE, race, Race),
    ethnicity: keyOf(ETHNICITY, ethnicity, Ethnicity),
    encounters: visits.map(([, , concept, visitSource, start, end]) => ({
      class:
        visitSource && VISIT[visitSource] !== undefined ? visitSource : (CLASS[Number(concept)] ?? 'AMB'),
      start,
      end: end && end >= start ? end : undefined,
    })),
    events: events.flatMap((row) => {
      const times = Number(row[6]);
      const event = toEvent(row, times, codes, indexOf, tally);
      return event ? Array.from({ length: times }, () => ({ ...event })) : [];
    }),
  };
}

function toEvent(
  [person, place, start, end, visit, number]: EventRow,
  times: number,
  codes: SourceCode[],
  indexOf: Map<bigint, number>,
  tally: Tally,
): CodedEvent | undefined {
  const { kind, table, code, unit, active, problem, isLeftOut } = codes[Number(place)];
  if (code.code) tally.code(kind, code.system, code.code, times);
  if (problem) {
    const told = { ...problem, where: `person ${person}` };
    if (isLeftOut) {
      tally.fault(told, times);
      return undefined;
    }
    tally.note(told, times);
  }
  tally.use(table, times);
  const days = [Number(start), end === null ? undefined : Number(end)] as const;
  // A drug's end is its start where it is not known: the CDM requires one.
  const ends = days[1] !== undefined && days[1] >= days[0] && !(kind === 'drug' && days[1] === days[0]);
  return {
    kind,
    code,
    start: dayText(days[0]),
    end: ends ? dayText(days[1]!) : undefined,
    // Where it is the same person's: others are not among these.
    encounter: visit === null ? undefined : indexOf.get(visit),
    active,
    quantity: number === null ? undefined : { value: number, ...(unit && { unit }) },
  };
}

const dayTexts = new Map<number, string>();

/** Days since 1970 → YYYY-MM-DD. */
function dayText(days: number): string {
  let known = dayTexts.get(days);
  if (!known) dayTexts.set(days, (known = addDays('1970-01-01', days)));
  return known;
}

function sexOf(concept: bigint | null, text: string | null): Sex {
  const standard = (Object.keys(GENDER) as Sex[]).find(
    (sex) => GENDER[sex] !== 0 && GENDER[sex] === Number(concept),
  );
  if (standard) return standard;
  const source = Sex.safeParse(text?.toLowerCase());
  return source.success ? source.data : 'unknown';
}

function keyOf(
  concepts: Record<string, number>,
  concept: bigint | null,
  known: Record<string, string>,
): string | undefined {
  return Object.keys(known).find((code) => concepts[code] === Number(concept));
}
