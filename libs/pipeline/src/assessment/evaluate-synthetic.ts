import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CodeIdentifier, isFrame, type Long, openFrame, ROLES, type Wide } from '@ehrsynth/frames';
import { stageFolder } from '@ehrsynth/io';
import { columnGroups } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { Policy } from '@ehrsynth/release';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { anySource } from '../cohort/any-records.ts';
import { inputFiles } from '../cohort/ingest.ts';
import { placeAt } from '../cohort/origins.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { inputsFrom, provenRun } from '../run/provenance.ts';
import { filesByNumber, intoRunFolder } from '../run/run-folder.ts';
import { assess, type Assessment } from './assess.ts';
import { DistinctRuns } from './distinct-runs.ts';
import { NoPatientsError } from './errors.ts';
import { EvaluateOptions, type Evaluated } from './evaluate.ts';
import { cohortManner } from './cohort-manner.ts';
import { foreignRecords } from './foreign-records.ts';
import { withoutGroupNotes } from './frame-notes.ts';
import { refuseFutures } from './futures.ts';
import { measureRecords } from './measure-records.ts';
import { readPolicy } from './policy-file.ts';
import { writeReport } from './report-files.ts';
import { noteRun, together } from './several-runs.ts';
import { withoutColumns, writeTrimmedCohort } from './trimmed-cohort.ts';
import { wideRows } from './wide-rows.ts';
import { encoderOf } from './written-records.ts';

export const EvaluateSyntheticOptions = EvaluateOptions.omit({ model: true, futures: true }).extend({
  /** Columns of a table whose names do not show what they hold: { id: 'person', code: 'icd' }. */
  columns: z.partialRecord(z.enum(ROLES), z.string()).optional(),
  /** File with the names of a matrix's columns. */
  names: z.string().optional(),
  /** The cohort's codes that a matrix has no column for count as never generated, or are left out on both sides. */
  missing: z.enum(['count', 'leave-out']).default('count'),
});
export type EvaluateSyntheticOptions = z.input<typeof EvaluateSyntheticOptions>;

type Given = z.output<typeof EvaluateSyntheticOptions>;

/** What is measured, where everything else of a comparison is known. */
interface Measuring {
  cohort: string;
  path: string;
  given: Given;
  policy: Policy;
  /** The runs before it. */
  distinct: DistinctRuns;
  /** A folder for what is needed on the way. */
  work: string;
  running: Running;
}

/**
 * Measures what any generator made against a cohort, as `evaluate` does: a matrix (.npz, .npy, CSV or Parquet with a column for each code),
 * a table with a row for each event, or records of any origin. Nothing is known of a model, and ids are not compared, for those of
 * others are often plain numbers. What of the file and of the cohort does not answer to each other is among the notes.
 * @param cohort folder that `ingest` wrote
 * @param paths of the file or folder, or of several by one generator with several seeds: then figures have a range over these runs, and
 * a gate is as in the run where it came out worst
 * @throws SameRunError where two are one; FrameError, NoSuchColumnsError, NoPatientsError, UserError
 */
export async function evaluateSynthetic(
  cohort: string,
  paths: string | readonly string[],
  options: EvaluateSyntheticOptions,
  running: Running = {},
): Promise<Evaluated> {
  const given = checkedOptions('evaluateSynthetic', EvaluateSyntheticOptions, options);
  const { out, force } = given;
  const policy = given.policy === undefined ? Policy.parse({}) : await readPolicy(given.policy);
  const places = typeof paths === 'string' ? [paths] : paths;
  const distinct = new DistinctRuns(places.length);
  for (const path of places) {
    await placeAt(path);
    await refuseFutures(path);
    distinct.add(resolve(path), path);
  }
  const source = await provenRun(cohort, 'ingest');
  const files = places.map((): string[] => []);
  const run = {
    command: 'evaluate',
    out,
    force,
    options: given,
    links: { cohort },
    sources: [...places],
    inputs: async () => [...inputsFrom('cohort', source), ...(await filesByNumber('synth', ...files.flat()))],
  };
  let found: Assessment | undefined;
  const work = await stageFolder(`${resolve(out)}.work`, { replace: true });
  try {
    await intoRunFolder(run, async (folder) => {
      const runs: Assessment[] = [];
      for (const [i, path] of places.entries()) {
        noteRun(path, i, places.length, running);
        const own = join(work.path, String(i + 1));
        await mkdir(own);
        const measuring = { cohort, path, given, policy, distinct, work: own, running };
        const isTable = isFrame(path) || isMatrixFolder(path);
        runs.push(await (isTable ? ofFrame(measuring, files[i]) : ofRecords(measuring, files[i])));
      }
      found = together(runs);
      await writeReport(folder, found, policy.datasheet.title);
      return { ...found.comparison.rows };
    });
  } finally {
    await work.discard();
  }
  return { out, assessment: found!, rare: [], isProven: false };
}

/** Our own form: columns.json beside matrix.npz, and no records. */
function isMatrixFolder(path: string): boolean {
  const has = (name: string) => existsSync(join(path, name));
  return has('matrix.npz') && has('columns.json') && !has('records.ndjson.gz');
}

async function ofFrame(measuring: Measuring, files: string[]): Promise<Assessment> {
  const { path, given, work } = measuring;
  const isFolder = !isFrame(path);
  const file = isFolder ? join(path, 'matrix.npz') : path;
  files.push(file);
  // Our own matrices have their columns beside them.
  const beside = join(dirname(file), 'columns.json');
  const names = given.names ?? (file.endsWith('matrix.npz') && existsSync(beside) ? beside : undefined);
  const frame = await openFrame(file, { roles: given.columns, names, workFolder: work });
  try {
    return await (frame.is === 'wide' ? ofWide(measuring, frame) : ofLong(measuring, frame));
  } finally {
    await frame.close();
  }
}

async function ofWide(measuring: Measuring, wide: Wide): Promise<Assessment> {
  const { cohort, path, given, policy, distinct, running } = measuring;
  const { missing, seed, outcome } = given;
  const { encoder } = await encoderOf(cohort);
  const identifier = new CodeIdentifier({ vocabulary: new Vocabulary(), keepUnknownCodes: true });
  const { matrix, isCompared, notes } = await wideRows(wide, { encoder, identifier, missing }, running);
  distinct.addRows(matrix, path);
  const isKept = (column: number) => isCompared[column];
  const input = { policy, seed, outcome, notes: [...notes, NO_TIMES] };
  return assess(
    { ...input, cohort: await without(measuring, isKept), synthetic: withoutColumns(matrix, isKept) },
    running,
  );
}

const NO_TIMES = 'The synthetic file has no times: records over time are not measured.';

async function ofLong(measuring: Measuring, long: Long): Promise<Assessment> {
  const { cohort, path, running } = measuring;
  const { columns, encoder } = await encoderOf(cohort);
  const own = await cohortManner(cohort, running);
  const { records, notes } = foreignRecords(long, encoder, own);
  const isSaid = {
    sex: long.roles.sex,
    age: long.roles.birth ?? long.roles.age,
    race: long.roles.race ?? long.roles.ethnicity,
  };
  const absent = Object.entries(isSaid).flatMap(([group, column]) => (column === undefined ? [group] : []));
  const groups = columnGroups(columns).filter(({ name }) => absent.includes(name));
  notes.push(...withoutGroupNotes(groups.map(({ name }) => name)));
  const trimmed = await without(measuring, (place) => !groups.some(({ start, end }) => place >= start && place < end));
  return measured(measuring, trimmed, reading(path, records, running), notes);
}

async function ofRecords(measuring: Measuring, files: string[]): Promise<Assessment> {
  const { cohort, path, running } = measuring;
  const own = await cohortManner(cohort, running);
  const source = await anySource(path, { kinds: [...own.kinds] });
  async function* records() {
    for await (const record of source.read(() => {}, measuring.work)) yield own.likeOwn(record);
    files.push(...inputFiles(source.inputs, source.tally));
  }
  return measured(measuring, cohort, reading(path, records(), running), []);
}

async function measured(
  { path, given, policy, distinct, running }: Measuring,
  cohort: string,
  records: AsyncGenerator<PatientRecord>,
  notes: string[],
): Promise<Assessment> {
  const { seed, outcome, histories } = given;
  const { found } = await measureRecords(
    distinct.ofRecords(records, path),
    { cohort, policy, seed, outcome, histories, notes, withSource: false },
    running,
  );
  return found;
}

/** The cohort, or one with the columns that are kept. */
async function without({ cohort, work }: Measuring, isKept: (column: number) => boolean): Promise<string> {
  const { columns } = await encoderOf(cohort);
  if (columns.every((_, place) => isKept(place))) return cohort;
  await writeTrimmedCohort(cohort, work, isKept);
  return work;
}

/** Records as they are read, with progress. @throws NoPatientsError where there are none */
async function* reading(path: string, records: AsyncGenerator<PatientRecord>, running: Running) {
  const work = new Work(running, `Reading ${path}`, 'patients');
  let patients = 0;
  try {
    for await (const record of untilStopped(records, running)) {
      work.update(++patients);
      yield record;
    }
  } finally {
    work.stop();
  }
  if (patients === 0) throw new NoPatientsError(path);
}
