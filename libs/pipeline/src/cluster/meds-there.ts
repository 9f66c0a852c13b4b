import { subjectLines } from '@ehrsynth/meds';
import { type CodedPatients, put, SparkSql } from '@ehrsynth/omop';
import type { CodedEvent, Tally } from '@ehrsynth/records';
import { type Program, SparkSession, type Traffic } from '@ehrsynth/spark';
import type { Opening } from '../cohort/record-source.ts';
import { executorsOf } from './cluster.ts';
import { MADE, MadeRecords, type MadeThere } from './made-records.ts';
import { CODES_TYPE, MEDS_COLUMNS, type MedsTaskOptions } from './meds-task.ts';
import { COUNTS } from './omop-task.ts';

interface MedsPlace {
  catalog?: string;
  schema?: string;
  onTraffic: (traffic: Traffic) => void;
}

/**
 * The subjects of a MEDS dataset on Spark as records that its executors make, with the reader of files, and as tables of their codes. No row
 * of an event comes here; of codes each distinct one does.
 * @param tally what is read and what is not is counted in it
 * @throws what `openExecutors` throws; NoMedsTablesError, MissingMedsColumnError, MedsTypeError; BadInputError where the tally stops
 */
export async function medsThere(
  url: string,
  { onTraffic, ...place }: MedsPlace,
  { onProgress, signal }: Pick<Opening, 'onProgress' | 'signal'>,
  options: MedsTaskOptions,
  program: Program,
  tally: Tally,
): Promise<MadeThere> {
  const session = await SparkSession.open(url, {
    signal,
    settings: { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true' },
    onProgress: ({ tasks, doneTasks }) => onProgress(0, `Spark: ${doneTasks} of ${tasks} tasks`),
  });
  const close = async () => {
    onTraffic({ ...session.traffic });
    await session.close();
  };
  try {
    const executors = await executorsOf(session, program);
    const { lines, reading } = await subjectLines(session, place, tally);
    const making = { task: 'read-meds', reading, options, lines, columns: MEDS_COLUMNS } as const;
    const records = await MadeRecords.make(executors, making, tally);
    return { coded: { ...(await codedOf(session)), close }, records };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tables of what the tasks made. @see CodedPatients */
async function codedOf(session: SparkSession): Promise<Omit<CodedPatients, 'close'>> {
  const database = new SparkSql(session);
  const view = (name: string, select: string) => session.run(`CREATE OR REPLACE TEMPORARY VIEW ${name} AS ${select}`);
  const made = `${MADE} WHERE part <> '${COUNTS}'`;
  await view('coded_people', `SELECT person AS person_id, patient AS record_id, look, days FROM ${made}`);
  await view('held_out', `SELECT person AS person_id FROM ${MADE} WHERE part = 'holdout'`);
  await view(
    'made_codes',
    `SELECT person_id, c.code, c.times, c.first FROM (
      SELECT person AS person_id, explode(from_json(codes, '${CODES_TYPE}')) AS c FROM ${made}) e`,
  );
  const found = await session.all<{ code: string; times: bigint }>(
    'SELECT code, sum(times) AS times FROM made_codes GROUP BY code',
  );
  found.sort((a, b) => (a.code < b.code ? -1 : 1));
  await put(database, 'code_places', {
    code: { type: 'VARCHAR', values: found.map(({ code }) => code) },
    place: { type: 'INTEGER', values: [...found.keys()] },
  });
  await session.keep(
    'coded_events',
    'SELECT e.person_id, p.place, e.times, e.first FROM made_codes e JOIN code_places p ON p.code = e.code',
  );
  const looks = await session.all<{ look: string }>(`SELECT DISTINCT look FROM ${made}`);
  const [{ patients, holdout }] = await session.all<{ patients: bigint; holdout: bigint }>(
    `SELECT count(*) AS patients, count_if(part = 'holdout') AS holdout FROM ${made}`,
  );
  type Look = CodedPatients['looks'] extends Map<string, infer Of> ? Of : never;
  return {
    database,
    codes: found.map(({ code }) => JSON.parse(code) as Pick<CodedEvent, 'kind' | 'code'>),
    looks: new Map(looks.map(({ look }) => [look, JSON.parse(look) as Look])),
    events: found.reduce((sum, { times }) => sum + Number(times), 0),
    split: { patients: Number(patients), holdout: Number(holdout) },
    firstOf: async (places) => {
      const [{ place }] = await session.all<{ place: number }>(
        `SELECT place FROM coded_events WHERE place IN (${places.join(', ')}) ORDER BY person_id, first LIMIT 1`,
      );
      return place;
    },
    // The rows were read by one query.
    stillSame: async () => {},
  };
}
