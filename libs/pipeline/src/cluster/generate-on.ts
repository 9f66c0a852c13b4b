import { temporaryFolder, version } from '@ehrsynth/io';
import type { EngineName } from '@ehrsynth/engine';
import type { Repairs } from '@ehrsynth/decode';
import { type Executors, sparkName, SparkSession, sparkText, type Word } from '@ehrsynth/spark';
import { z } from 'zod';
import { ENGINES_A_THREAD, refuseMixed, SHAPE_OPTIONS } from '../generation/generate.ts';
import { type Generation, openGeneration } from '../generation/generation.ts';
import { planDrawing, reportOf, type ShapeReport } from '../generation/shaped-patients.ts';
import { type Running, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { provenRun } from '../run/provenance.ts';
import type { RunFile } from '../run/run-record.ts';
import { engineName, seedNumber } from '../training/train-options.ts';
import { CLUSTER_OPTIONS, withExecutors } from './cluster.ts';
import { drawAll, drawShape } from './draw-parts.ts';
import { CountsDifferError } from './errors.ts';
import { type Format, FORMATS } from './generate-task.ts';
import { type Place, placeOf, type Stored } from './place.ts';
import { type Sums, sumsOf } from './receipt.ts';
import { writeVocabulariesFor } from './sent-vocabularies.ts';
import { type DataSet, omopDataSets } from './write-omop.ts';

export const GenerateOnOptions = z.strictObject({
  ...CLUSTER_OPTIONS,
  /** How many patients. */
  number: z.number().int().min(1),
  /** A folder of the cluster's storage (s3://…, abfss://…, hdfs://…, file:…), or table:catalog.schema. */
  out: z.string().min(1),
  /** The same seed, model and engine give the same patients, as on one machine. */
  seed: seedNumber.default(1),
  /** As what they are written; several may be given. */
  formats: z.array(z.enum(FORMATS)).min(1).default(['records']),
  /** Tasks that share the work; they change nothing of what is drawn. */
  tasks: z.number().int().min(1).optional(),
  ...SHAPE_OPTIONS,
  engine: engineName.default('auto'),
  /** Replaces what was generated there. */
  force: z.boolean().default(false),
});
export type GenerateOnOptions = z.input<typeof GenerateOnOptions>;

/** What a run on a cluster says of itself: beside its data sets, as receipt. */
export interface Receipt {
  command: 'generate';
  version: string;
  patients: number;
  seed: number;
  engine: string;
  tasks: number;
  formats: Format[];
  model: { id: string; files: RunFile[] };
  /** Rows by data set. */
  rows: Record<string, number>;
  /** How near they came to the shape that was asked for. */
  shape?: ShapeReport;
  repairs?: Repairs;
  /** FHIR resources with errors, and these by type and message. */
  invalid: number;
  errors: Record<string, number>;
  /** What the patients had that OMOP's CDM cannot say. */
  lost: Record<string, number>;
  started: string;
  seconds: number;
}

/** Data sets that are written beside each other. */
const AT_ONCE = 4;
/** The columns that tasks write. */
const COLUMNS = 'part INT, dataset STRING, row STRING';

/**
 * Draws synthetic patients on a cluster, and writes them there: each task draws a part, exports and checks it; Spark's commits let each row
 * appear once, whatever is lost or tried again. All rows are in a staging first and are counted there; the data sets are written from it,
 * the receipt last. A run that fails removes what it wrote.
 * @param modelFolder that `train` wrote
 * @throws PlaceTakenError, CountsDifferError, TaskFailedError, SparkError, UserError
 */
export async function generateOn(
  modelFolder: string,
  options: GenerateOnOptions,
  running: Running = {},
): Promise<Receipt> {
  const given = checkedOptions('generateOn', GenerateOnOptions, options);
  const { on, bundle, executor, number, seed, formats, force } = given;
  const started = new Date();
  const trained = await provenRun(modelFolder, 'train');
  const isShaped = refuseMixed(given);
  const generation = await openGeneration(modelFolder, seed, given.engine);
  const engine = engineFor(generation, given.engine);
  const place = placeOf(given.out);
  let work: Work | undefined;
  const draw = async (executors: Executors): Promise<Receipt> => {
    const { session } = executors;
    await place.refuseTaken(session, force);
    const shape = isShaped ? await planDrawing(generation, given, running) : undefined;
    const words: Word[] = ['generate', '--folder', { ...(await executors.addFolder(modelFolder)), before: 'model=' }];
    const hasVocabularies = formats.includes('omop') && (await writeVocabulariesFor(modelFolder, temporary.path));
    const vocabularies = hasVocabularies ? temporary.path : undefined;
    if (vocabularies !== undefined)
      words.push('--folder', { ...(await executors.addFolder(vocabularies)), before: 'vocabularies=' });
    let isReplacing = false;
    try {
      const drawing = {
        ...{ session, staging: place.staging, tasks: given.tasks },
        request: { number: shape?.mostDraws ?? number, seed, engine, formats },
        draw: async (lines: string, tasks: number, adds: boolean) => {
          work = new Work(running, 'Generating', 'tasks', tasks);
          await session.write(executors.query(words, lines, COLUMNS), {
            ...place.staging.sink,
            adds,
            partitionBy: ['dataset'],
          });
          work.stop();
          work = undefined;
        },
      };
      const { staged, tasks } = shape ? await drawShape(drawing, number, given, shape) : await drawAll(drawing);
      const sums = await sumsOf(session, staged, number);
      const sets = await dataSetsOf(session, staged, sums, {
        today: started.toISOString().slice(0, 10),
        vocabularies,
      });
      for (const { name, format } of [...sets, RECEIPT_SET]) place.stored(name, format);
      await place.refuseTaken(session, force);
      isReplacing = true;
      await place.clearFormer(session);
      const rows = await writeDataSets(session, place, sets, running);
      const receipt: Receipt = {
        command: 'generate',
        version: version(),
        ...{ patients: number, seed, engine, tasks, formats },
        model: { id: trained.run.id, files: trained.files },
        rows,
        ...(shape && { shape: reportOf(shape, sums.shape!) }),
        ...whatHappened(sums),
        started: started.toISOString(),
        seconds: Math.round((Date.now() - started.getTime()) / 1000),
      };
      await session.write(
        `SELECT ${sparkText(JSON.stringify(receipt))} AS value`,
        place.stored(RECEIPT_SET.name, 'text').sink,
      );
      await place.clearStaging(session);
      return receipt;
    } catch (error) {
      work?.stop();
      await removeBegun(on, place, isReplacing);
      throw error;
    }
  };
  const temporary = await temporaryFolder();
  try {
    return await withExecutors({ on, bundle, executor }, running, draw, ({ doneTasks }) =>
      work?.update(Math.min(doneTasks, given.tasks ?? doneTasks)),
    );
  } finally {
    await temporary.remove();
  }
}

/** What is written last: a place that lacks it is not whole. */
const RECEIPT_SET = { name: 'receipt', format: 'text' } as const;

/** An engine that each executor has: one is named, so that all draw alike. */
function engineFor({ drawsOnEngine, engine }: Generation, wanted: EngineName | 'auto'): EngineName {
  if (!drawsOnEngine) return 'cpu';
  if (wanted !== 'auto') return wanted;
  return ENGINES_A_THREAD.includes(engine) ? (engine as EngineName) : 'wasm';
}

async function dataSetsOf(
  session: SparkSession,
  staged: Stored,
  sums: Sums,
  how: Parameters<typeof omopDataSets>[3],
): Promise<DataSet[]> {
  const texts = Object.entries(sums.rows)
    .filter(([set]) => set === 'records' || set.startsWith('fhir.'))
    .map(([set, rows]): DataSet => {
      const sql = `SELECT row AS value FROM ${staged.from} WHERE dataset = ${sparkText(set)}`;
      return { name: set.replace('.', '/'), format: 'text', sql, rows };
    });
  const hasOmop = Object.keys(sums.rows).some((set) => set.startsWith('omop.'));
  if (!hasOmop) return texts;
  return [...texts, ...(await omopDataSets(session, staged, sums, how))];
}

/** Writes data sets, some beside each other, and counts what is there then. @throws CountsDifferError */
async function writeDataSets(
  session: SparkSession,
  place: Place,
  sets: readonly DataSet[],
  running: Running,
): Promise<Record<string, number>> {
  const work = new Work(running, 'Writing', 'data sets', sets.length);
  const waiting = [...sets];
  let done = 0;
  const writeSome = async () => {
    for (let set = waiting.shift(); set; set = waiting.shift()) {
      await session.write(set.sql, place.stored(set.name, set.format).sink);
      work.update(++done, set.name);
    }
  };
  try {
    const writers = await Promise.allSettled(Array.from({ length: AT_ONCE }, writeSome));
    const failed = writers.find((writer) => writer.status === 'rejected');
    if (failed) throw failed.reason;
    return await counted(session, place, sets);
  } finally {
    work.stop();
  }
}

async function counted(session: SparkSession, place: Place, sets: readonly DataSet[]): Promise<Record<string, number>> {
  const queries = sets.map(({ name, format, required = [] }, i) => {
    const lacks = required.map((column) => `${sparkName(column)} IS NULL`).join(' OR ') || 'false';
    return `SELECT ${i} AS i, count(*) AS rows, count_if(${lacks}) AS lacking FROM ${place.stored(name, format).from}`;
  });
  const found = await session.all<{ i: number; rows: bigint; lacking: bigint }>(queries.join(' UNION ALL '));
  for (const { i, rows, lacking } of found) {
    const { name, format, rows: wanted } = sets[i];
    const { where } = place.stored(name, format);
    if (Number(rows) !== wanted) throw new CountsDifferError(`Rows of ${name}`, wanted, Number(rows), where);
    const incomplete = `Rows of ${name} without a value that the CDM requires`;
    if (lacking > 0n) throw new CountsDifferError(incomplete, 0, Number(lacking), where);
  }
  return Object.fromEntries(sets.map(({ name, rows }) => [name, rows]));
}

function whatHappened({
  repairs,
  invalid,
  errors,
  lost,
}: Sums): Pick<Receipt, 'repairs' | 'invalid' | 'errors' | 'lost'> {
  return { repairs, invalid, errors, lost };
}

/** Removes what a run wrote that failed or was stopped, in a session of its own: that of the run may be gone. What stays has no receipt. */
async function removeBegun(on: string, place: Place, isReplacing: boolean): Promise<void> {
  try {
    const session = await SparkSession.open(on);
    await (isReplacing ? place.clear(session) : place.clearStaging(session)).finally(() => session.close());
  } catch {
    // The error of the run says more.
  }
}
