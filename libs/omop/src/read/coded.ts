import type { CodedEvent, PatientRecord, Tally } from '@ehrsynth/records';
import type { SparkSession } from '@ehrsynth/spark';
import type { SourceCode } from './code-row.ts';
import { allEvents } from './event-rows.ts';
import { countCode } from './events.ts';
import { readable } from './fates.ts';
import { meaningsOf } from './meanings.ts';
import { SparkSql } from '../spark/server.ts';
import { openSource } from './open.ts';
import type { OmopReadOptions } from './options.ts';
import { EVIDENCE, type PersonRow, toPerson } from './persons.ts';
import { prepareEvents, RECORD_TABLES } from './prepare.ts';
import { recordLines, type RecordReading, recordReading } from './record-lines.ts';
import { put, type Source, type Sql } from './source.ts';
import { daysBetween } from './sql-days.ts';

/**
 * Patients as tables where their source is, with what a row of codes is made of and nothing else: `coded_people` (person_id, record_id,
 * look, and days: from birth to death or the last day of the record, NULL where that is not known), `coded_events` (person_id, place of the
 * code, times). Both are in the source's own SQL, and gone when it is closed.
 */
export interface CodedPatients {
  database: Sql;
  /** What stands at each place; undefined where no event has it. */
  codes: (Pick<CodedEvent, 'kind' | 'code'> | undefined)[];
  /** What is said of persons, by their look. */
  looks: Map<string, Pick<PatientRecord, 'sex' | 'race'>>;
  events: number;
  /** Where the source has split its patients itself: how many, and how many of them are in the table `held_out` (person_id). */
  split?: { patients: number; holdout: number };
  /** Of some places the one that comes first: by the order of persons, and of the events of each. */
  firstOf(places: readonly number[]): Promise<number>;
  /** On Spark, what makes records of the same persons in its executors. */
  records?: () => Promise<RecordsThere>;
  /** Asked when all was read: whether the source is still what it was. @throws UserError */
  stillSame(): Promise<void>;
  close(): Promise<void>;
}

/** Rows of patients for programs in Spark's executors. @see recordsOfLines */
export interface RecordsThere {
  session: SparkSession;
  /** Spark's SQL of one column `line`. */
  lines: string;
  reading: RecordReading;
}

/**
 * The persons of an OMOP CDM without their events leaving its database: the same rules as `readOmop`'s, and the same is counted, but for
 * what is known of values and of the class of visits, which are not read.
 * @param counted what is used and left out is counted in it, person by person and event by event; by default in the same tally
 * @throws as readOmop
 */
export async function openCoded(
  path: string,
  options: OmopReadOptions,
  tally: Tally,
  counted = tally,
): Promise<CodedPatients> {
  const onServerProgress = (note: string) => options.onProgress?.(0, note);
  const source = await openSource(path, { ...options, onServerProgress, tables: RECORD_TABLES });
  try {
    const { codes, hasPanels } = await prepareEvents(source, options, tally);
    const { database } = source;
    const ofEvents = `FROM (${allEvents('person_id, place, start_day, start_minute, form')}) a${hasPanels ? " WHERE a.form <> 'panel'" : ''}`;
    await database.run(`
      CREATE ${database.temporary}TABLE coded_counts AS
      SELECT person_id, place, CAST(count(*) AS INTEGER) AS times, max(start_day) AS last_day ${ofEvents} GROUP BY person_id, place`);
    const used = await countCodes(source, codes, counted);
    await addPeople(source);
    return {
      database,
      codes: codes.map(({ kind, code }, place) => (used.places.has(place) ? { kind, code } : undefined)),
      looks: await looksOf(source, counted),
      events: used.events,
      firstOf: async (places) => {
        const [{ place }] = await database.all<{ place: number | bigint }>(`
          SELECT place FROM (SELECT * ${ofEvents}) e WHERE place IN (${places.join(', ')})
          ORDER BY person_id, start_day, start_minute NULLS FIRST, place LIMIT 1`);
        return Number(place);
      },
      ...(database instanceof SparkSql && {
        records: async () => ({
          session: database.session,
          lines: database.inSpark(recordLines(source, hasPanels)),
          reading: await recordReading(source, codes),
        }),
      }),
      stillSame: async () => source.stillSame?.(),
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Makes `coded_events` of the codes whose events are used. */
async function countCodes(
  { database, where }: Source,
  codes: SourceCode[],
  tally: Tally,
): Promise<{ places: Set<number>; events: number }> {
  const counted = await database.all<{ place: number | bigint; times: bigint | number }>(
    'SELECT place, sum(times) AS times FROM coded_counts GROUP BY place ORDER BY place',
  );
  const used = { places: new Set<number>(), events: 0 };
  for (const { place, times } of counted) {
    const code = codes[Number(place)];
    if (!countCode(code, Number(times), where.get(code.table) ?? code.table, tally)) continue;
    used.places.add(Number(place));
    used.events += Number(times);
  }
  await put(database, 'used_places', { place: { type: 'INTEGER', values: [...used.places] } });
  await database.run(`
    CREATE ${database.temporary}VIEW coded_events AS
    SELECT c.person_id, c.place, c.times, c.last_day FROM coded_counts c JOIN used_places u ON u.place = c.place`);
  return used;
}

/** Each person's columns of evidence as one text. */
const LOOK = EVIDENCE.map((column) => `coalesce(CAST(p.${column} AS VARCHAR), chr(30))`).join(' || chr(31) || ');

/** Makes `coded_people`. */
async function addPeople({ database }: Source): Promise<void> {
  const seen = `
    SELECT person_id, max(day) AS day FROM (
      SELECT person_id, last_day AS day FROM coded_events
      UNION ALL SELECT person_id, visit_start_date AS day FROM (${readable('visit_occurrence')}) v
    ) d GROUP BY person_id`;
  await database.run(`
    CREATE ${database.temporary}TABLE coded_people AS
    SELECT person_id, record_id, look, CASE WHEN last_day >= born THEN ${daysBetween('born', 'last_day')} END AS days
    FROM (
      SELECT p.person_id, l.record_id, ${LOOK} AS look, l.born, coalesce(l.died, s.day) AS last_day
      FROM (${readable('person')}) p JOIN lives l ON l.person_id = p.person_id
        LEFT JOIN (${seen}) s ON s.person_id = p.person_id
    ) r`);
}

/** What is said of persons, each combination once; persons and visits are counted. */
async function looksOf(source: Source, tally: Tally): Promise<CodedPatients['looks']> {
  const { database, where } = source;
  const [{ visits }] = await database.all<{ visits: bigint | number }>(
    `SELECT count(*) AS visits FROM (${readable('visit_occurrence')}) v`,
  );
  tally.use('visit_occurrence', Number(visits));
  const meanings = await meaningsOf(source);
  const rows = await database.all<Record<string, bigint | number | string | null>>(`
    SELECT look, count(*) AS persons, ${EVIDENCE.map((column) => `max(${column}) AS ${column}`).join(', ')}
    FROM (SELECT ${LOOK} AS look, ${EVIDENCE.join(', ')} FROM (${readable('person')}) p) r GROUP BY look ORDER BY look`);
  const looks: CodedPatients['looks'] = new Map();
  for (const { look, persons, ...evidence } of rows) {
    const times = Number(persons);
    tally.use('person', times);
    const row = [0n, '', null, null, ...EVIDENCE.map((column) => evidence[column])] as unknown as PersonRow;
    const { sex, race } = toPerson(row, meanings, (reason, detail) =>
      tally.note({ reason, resourceType: 'person', where: where.get('person')!, detail }, times),
    );
    looks.set(String(look), { sex, race });
  }
  return looks;
}
