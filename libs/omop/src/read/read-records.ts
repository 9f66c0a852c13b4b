import type { PatientRecord, Tally } from '@ehrsynth/records';
import { type EventRow, eventRows } from './event-rows.ts';
import { toEvent } from './events.ts';
import { type Meanings, meaningsOf } from './meanings.ts';
import { openSource } from './open.ts';
import { type PersonRow, personRows, toPerson } from './persons.ts';
import type { SourceCode } from './code-row.ts';
import type { OmopReadOptions } from './options.ts';
import { prepareEvents, RECORD_TABLES } from './prepare.ts';
import { valueCodes } from './value-codes.ts';
import { Values } from './values.ts';
import { toEncounter, type VisitRow, visitRows } from './visits.ts';

/**
 * The persons of an OMOP CDM 5.3 or 5.4 (a folder of CSV or Parquet, a DuckDB file, a PostgreSQL database, or a schema of Spark) as records, in the order
 * of their ids. Codes are the source's own (`*_source_concept_id`, else `*_source_value`), or mapped back from standard concepts.
 * DuckDB or the server sorts and joins; here three sorted streams are merged.
 * @param path of a folder or file, or a postgres:// or sc:// URL
 * @throws MissingTableError, MissingColumnError, BrokenTableError; BadInputError where the tally stops at bad input
 */
export async function* readOmop(path: string, options: OmopReadOptions, tally: Tally): AsyncGenerator<PatientRecord> {
  let patients = 0;
  const onServerProgress = (note: string) => options.onProgress?.(patients, note);
  const source = await openSource(path, { ...options, onServerProgress, tables: RECORD_TABLES });
  try {
    const { codes, hasPanels } = await prepareEvents(source, options, tally);
    const values = new Values(await valueCodes(source));
    const meanings = await meaningsOf(source);
    const { database } = source;
    const visits = new ByPerson(database.stream<VisitRow>(visitRows()));
    const events = new ByPerson(database.stream<EventRow>(eventRows(source, hasPanels)));
    for await (const person of database.stream<PersonRow>(personRows())) {
      const own = [await visits.of(person[0]), await events.of(person[0])] as const;
      yield toRecord(person, ...own, { codes, values, meanings, where: source.where }, tally);
      options.onProgress?.(++patients);
    }
    await source.stillSame?.();
  } finally {
    await source.close();
  }
}

/** Where the number of events that are alike stands in a row. */
const TIMES = 9;

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
      const next = await this.rows.next();
      // It would be left out without a word.
      if (!next.done && next.value[0] < this.next.value[0]) throw new Error('The database gave rows out of order');
      this.next = next;
    }
    return own;
  }
}

/** What all records are read by. */
export interface Reading {
  codes: SourceCode[];
  values: Values;
  meanings: Meanings;
  /** Where each table is. */
  where: Map<string, string>;
}

/** The record of a person: rows of visits and events in the order of `visitRows` and `eventRows`. */
export function toRecord(
  person: PersonRow,
  visits: VisitRow[],
  events: EventRow[],
  { codes, values, meanings, where }: Reading,
  tally: Tally,
): PatientRecord {
  tally.use('person');
  tally.use('visit_occurrence', visits.length);
  const noteOf = (table: string, key: string) => (reason: string, detail: string) =>
    tally.note({ reason, resourceType: table, where: `${where.get(table)}, ${key}`, detail });
  const indexOf = new Map(visits.map((visit, index) => [visit[1], index]));
  return {
    ...toPerson(person, meanings, noteOf('person', `person_id ${person[0]}`)),
    encounters: visits.map((visit) =>
      toEncounter(visit, meanings, noteOf('visit_occurrence', `visit_occurrence_id ${visit[1] ?? 'empty'}`)),
    ),
    events: events.flatMap((row) => {
      const event = toEvent(row, codes, values, indexOf as Map<bigint, number>, tally);
      return event ? Array.from({ length: Number(row[TIMES]) }, () => ({ ...event })) : [];
    }),
  };
}
