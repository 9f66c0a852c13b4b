import { join } from 'node:path';
import type { DecodedRow, Decoder } from '@ehrsynth/decode';
import { MatrixWriter } from '@ehrsynth/matrix';
import type { SampledRow } from '@ehrsynth/models';
import { z } from 'zod';
import { RecordsWriter } from '../cohort/records-file.ts';
import { IncompleteOptionsError } from '../errors.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { inputsFrom, provenRun } from '../run/provenance.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { engineName, seedNumber } from '../training/train-options.ts';
import { openGeneration } from './generation.ts';
import { shapedPatients, type ShapeReport } from './shaped-patients.ts';

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
  /** Only such patients: sex=female, age=40-64, race=Asian, code=E11. */
  where: z.array(z.string()).optional(),
  /** Shares of the patients that have a code: E11=0.2. */
  setPrevalence: z.array(z.string()).optional(),
  /** Shares of the values of a demographic: sex=female:0.5/male:0.5. */
  balance: z.array(z.string()).optional(),
  /** Rows that may be drawn for a shape (by default 100 for a patient, and a million at least). */
  mostDraws: z.number().int().min(1).optional(),
  engine: engineName.default('auto'),
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
  /** What was repaired of rows that their sex or age forbids. */
  repairs: Decoder['repairs'];
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
  const { number, out, seed, shard, force } = given;
  const isShaped = refuseMixed(given);
  const { model, decoder, engine } = await openGeneration(modelFolder, seed, given.engine);
  const run = {
    command: 'generate',
    out,
    force,
    options: { ...given, shard: shard?.join('/'), engine },
    links: { model: modelFolder },
    inputs: inputsFrom('model', trained),
  };
  const done: { patients: number; shape?: ShapeReport } = { patients: 0 };
  await intoRunFolder(run, async (folder) => {
    const source = isShaped
      ? await shapedPatients(model, decoder, given, running)
      : { report: undefined, patients: patientsOf(model.sample(number, { seed, shard }), decoder) };
    const expected = shard ? Math.ceil(number / shard[1]) : number;
    const work = new Work(running, 'Generating', 'patients', expected);
    const records = new RecordsWriter(join(folder, 'records.ndjson.gz'));
    const matrix = new MatrixWriter(folder, model.columns);
    for await (const { record, entries } of untilStopped(source.patients, running)) {
      matrix.addEntries(record.id, entries);
      await records.write(record);
      work.update(++done.patients);
    }
    await records.close();
    await matrix.close();
    work.stop();
    if (source.report) done.shape = source.report();
    return { ...done, repairs: decoder.repairs };
  });
  return { out, ...done, repairs: decoder.repairs };
}

/** Whether a shape is asked for. @throws IncompleteOptionsError where options do not go together */
function refuseMixed({ where, setPrevalence, balance, shard, mostDraws }: z.output<typeof GenerateOptions>): boolean {
  const isShaped = Boolean(where ?? setPrevalence ?? balance);
  if (isShaped && shard)
    throw new IncompleteOptionsError(
      '--shard draws rows as the model has them; it does not go with --where, --set-prevalence and --balance',
    );
  if (!isShaped && mostDraws !== undefined)
    throw new IncompleteOptionsError('--most-draws goes with --where, --set-prevalence and --balance');
  return isShaped;
}

async function* patientsOf(rows: AsyncIterable<SampledRow>, decoder: Decoder): AsyncGenerator<DecodedRow> {
  for await (const { row, entries } of rows) yield decoder.decode(row, entries);
}
