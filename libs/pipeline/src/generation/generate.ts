import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Repairs } from '@ehrsynth/decode';
import { threadsSetting } from '@ehrsynth/engine';
import { MatrixWriter } from '@ehrsynth/matrix';
import { loadPluginFor, shardRows } from '@ehrsynth/models';
import { z } from 'zod';
import { RecordsWriter } from '../cohort/records-file.ts';
import { IncompleteOptionsError } from '../errors.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { inputsFrom, provenRun } from '../run/provenance.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { engineName, seedNumber } from '../training/train-options.ts';
import { drawRows, DRAWING, RECORDS } from './draw-rows.ts';
import { type Generation, openGeneration } from './generation.ts';
import { shapedPatients, type ShapeReport } from './shaped-patients.ts';

/** Engines of which each thread can have one. */
export const ENGINES_A_THREAD: readonly string[] = ['onnx', 'wasm', 'cpu'];

/** Memory of a thread, at most. */
const THREAD_BYTES = 2 ** 30;

/** A shape of the patients. */
export const SHAPE_OPTIONS = {
  /** Only such patients: sex=female, age=40-64, race=Asian, code=E11. */
  where: z.array(z.string()).optional(),
  /** Shares of the patients that have a code: E11=0.2. */
  setPrevalence: z.array(z.string()).optional(),
  /** Shares of the values of a demographic: sex=female:0.5/male:0.5. */
  balance: z.array(z.string()).optional(),
  /** Rows that may be drawn for a shape (by default 100 for a patient, and a million at least). */
  mostDraws: z.number().int().min(1).optional(),
};

export const GenerateOptions = z.strictObject({
  /** How many patients. */
  number: z.number().int().min(1),
  /** The folder of the synthetic patients. */
  out: z.string().min(1),
  /** The same seed, model and engine give the same patients. */
  seed: seedNumber.default(1),
  /** Only the i-th of n parts, from 1: together they are the rows of one run. */
  shard: z
    .tuple([z.number().int().min(1), z.number().int().min(1)])
    .refine(([part, parts]) => part <= parts, 'a part and the number of parts, such as [3, 16]')
    .readonly()
    .optional(),
  ...SHAPE_OPTIONS,
  engine: engineName.default('auto'),
  /** File of the plug-in that trained the model: its code is run. */
  plugin: z.string().optional(),
  /**
   * Threads that draw, each on an engine of its own; they change nothing of what is drawn. By default EHRSYNTH_THREADS, or one a core;
   * no more than there are GB of memory; one for a shape, and of a network that draws on an engine that takes all cores or a GPU by itself.
   */
  workers: z.number().int().min(1).optional(),
  /** Replaces the folder where `generate` wrote it. */
  force: z.boolean().default(false),
});
export type GenerateOptions = z.input<typeof GenerateOptions>;

export interface Generated {
  /** Their folder. */
  out: string;
  patients: number;
  /** How near they came to the shape that was asked for. */
  shape?: ShapeReport;
  /** What was repaired of rows that their sex or age forbids; of a model of records nothing has to be. */
  repairs?: Repairs;
}

/**
 * Draws synthetic patients from a model into a folder: records.ndjson.gz, their rows as a matrix, run.json.
 * @param modelFolder that `train` wrote
 * @throws UserError
 */
export async function generate(
  modelFolder: string,
  options: GenerateOptions,
  running: Running = {},
): Promise<Generated> {
  const given = checkedOptions('generate', GenerateOptions, options);
  const trained = await provenRun(modelFolder, 'train');
  if (given.plugin !== undefined) await loadPluginFor(modelFolder, given.plugin);
  const { workers, plugin, ...shown } = given;
  const { number, out, seed, shard, force } = given;
  const isShaped = refuseMixed(given);
  const generation = await openGeneration(modelFolder, seed, given.engine);
  const { engine } = generation;
  // The threads of a model that needs no engine to draw have the one that starts at once.
  const drawing = generation.drawsOnEngine ? engine : 'cpu';
  // Threads do not have the plug-in.
  const threads = isShaped || plugin !== undefined ? 1 : threadsFor(workers, drawing);
  const run = {
    command: 'generate',
    out,
    force,
    options: { ...shown, shard: shard?.join('/'), engine },
    links: { model: modelFolder },
    inputs: inputsFrom('model', trained),
  };
  let done: Omit<Generated, 'out'> | undefined;
  await intoRunFolder(run, async (folder) => {
    if (isShaped) done = await drawShape(folder, generation, given, running);
    else {
      const range = shardRows(number, shard);
      const setting = { model: modelFolder, engine: drawing, number, seed };
      done = await drawRows(folder, generation, range, threads, setting, running);
    }
    return { ...done };
  });
  return { out, ...done! };
}

/** Patients of a shape, one after another: whether one is taken depends on those before it. */
async function drawShape(
  folder: string,
  generation: Generation,
  given: z.output<typeof GenerateOptions>,
  running: Running,
): Promise<Omit<Generated, 'out'>> {
  const { patients: drawn, report } = await shapedPatients(generation, given, running);
  const work = new Work(running, DRAWING, 'patients', given.number);
  const records = new RecordsWriter(join(folder, RECORDS));
  const matrix = new MatrixWriter(folder, generation.columns);
  let patients = 0;
  for await (const { record, entries } of untilStopped(drawn, running)) {
    matrix.addEntries(record.id, entries);
    await records.write(record);
    work.update(++patients);
  }
  await records.close();
  await matrix.close();
  work.stop();
  return { patients, shape: report(), repairs: generation.repairs() };
}

/**
 * How many threads draw. @param memory of the machine, in bytes
 * @throws IncompleteOptionsError where several are asked for of an engine that has to be one; BadThreadsError
 */
export function threadsFor(workers: number | undefined, engine: string, memory = totalmem()): number {
  if (ENGINES_A_THREAD.includes(engine)) {
    const room = Math.max(1, Math.floor(memory / THREAD_BYTES));
    return Math.min(room, workers ?? threadsSetting() ?? availableParallelism());
  }
  if ((workers ?? 1) > 1)
    throw new IncompleteOptionsError(
      `--workers only works with the engines ${ENGINES_A_THREAD.join(', ')}: ${engine} uses all cores, or the GPU, by itself`,
    );
  return 1;
}

/** Whether a shape is asked for. @throws IncompleteOptionsError where options do not go together */
export function refuseMixed({
  where,
  setPrevalence,
  balance,
  shard,
  mostDraws,
}: Pick<z.output<typeof GenerateOptions>, 'where' | 'setPrevalence' | 'balance' | 'shard' | 'mostDraws'>): boolean {
  const isShaped = Boolean(where ?? setPrevalence ?? balance);
  if (isShaped && shard)
    throw new IncompleteOptionsError('--shard cannot be combined with --where, --set-prevalence or --balance');
  if (!isShaped && mostDraws !== undefined)
    throw new IncompleteOptionsError('--most-draws needs --where, --set-prevalence or --balance');
  return isShaped;
}
