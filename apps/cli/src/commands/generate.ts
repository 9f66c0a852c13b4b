import { join } from 'node:path';
import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { MatrixWriter } from '@ehrsynth/matrix';
import type { DecodedRow, Decoder } from '@ehrsynth/decode';
import type { SampledRow } from '@ehrsynth/models';
import { console } from '../console.ts';
import { IncompleteOptionsError } from '../errors.ts';
import { openGeneration } from '../generation.ts';
import { collect, list, oneOf, shardOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { RecordsWriter } from '../records-file.ts';
import { inputsFrom, provenRun } from '../provenance.ts';
import { intoRunFolder } from '../run-folder.ts';
import { missedShares, shapedPatients, type ShapeReport, shapeReport } from '../shaped-patients.ts';
import { text } from '../table.ts';

interface Options {
  number: number;
  out: string;
  seed: number;
  shard?: readonly [part: number, parts: number];
  where?: string[];
  setPrevalence?: string[];
  balance?: string[];
  mostDraws?: number;
  engine: EngineName | 'auto';
  force: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description('draw synthetic patients from a model')
    .argument('<model>', 'folder that `ehrsynth train` wrote')
    .requiredOption('-n, --number <number>', 'how many patients', wholeNumber(1))
    .requiredOption('-o, --out <folder>', 'where to write them')
    .option('--seed <number>', 'the same seed, model and engine give the same patients', wholeNumber(0), 1)
    .option('--where <conditions>', 'only such patients: sex=female,age=40-64,race=Asian,code=E11 (a code and those under it)', list)
    .option('--set-prevalence <code=share>', 'share of the patients that have a code, all else as it is given that: E11=0.2 (may be repeated)', collect)
    .option('--balance <shares>', 'shares of the values of a demographic: sex=female:0.5/male:0.5 (may be repeated)', collect)
    .option('--most-draws <number>', 'of --where, --set-prevalence and --balance: rows drawn from the model, at most (default: 100 per patient, and a million at least)', wholeNumber(1))
    .option('--shard <i/n>', 'only the i-th of n parts, for n processes or machines: together they are the rows of one run', shardOf)
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')} (default: the best there is)`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--force', 'replace the folder', false)
    .action(generate); // prettier-ignore
}

async function generate(modelFolder: string, options: Options): Promise<void> {
  const trained = await provenRun(modelFolder, 'train');
  const { number, out, seed, shard, force } = options;
  const isShaped = Boolean(options.where ?? options.setPrevalence ?? options.balance);
  if (isShaped && shard)
    throw new IncompleteOptionsError(
      '--shard draws rows as the model has them; it does not go with --where, --set-prevalence and --balance',
    );
  if (!isShaped && options.mostDraws !== undefined)
    throw new IncompleteOptionsError('--most-draws goes with --where, --set-prevalence and --balance');
  const { model, decoder, engine } = await openGeneration(modelFolder, seed, options.engine);
  const run = {
    command: 'generate',
    out,
    force,
    options: { ...options, shard: shard?.join('/'), engine },
    links: { model: modelFolder },
    inputs: inputsFrom('model', trained),
  };
  const done: { patients: number; shape?: ShapeReport } = { patients: 0 };
  await intoRunFolder(run, async (folder) => {
    const source = isShaped
      ? await shapedPatients(model, decoder, options)
      : { report: undefined, patients: patientsOf(model.sample(number, { seed, shard }), decoder) };
    const expected = shard ? Math.ceil(number / shard[1]) : number;
    const progress = new Progress('Generating', 'patients', expected);
    const records = new RecordsWriter(join(folder, 'records.ndjson.gz'));
    const matrix = new MatrixWriter(folder, model.columns);
    for await (const { record, entries } of source.patients) {
      matrix.addEntries(record.id, entries);
      await records.write(record);
      progress.update(++done.patients);
    }
    await records.close();
    await matrix.close();
    progress.stop();
    if (source.report) done.shape = source.report();
    return { ...done, repairs: decoder.repairs };
  });
  const { patients, shape } = done;
  const { rows: sampledRows, rowsWithImpossible, codesDropped, sexChanged } = decoder.repairs;
  console.log(
    `${text(patients)} synthetic patients${shard ? `, part ${shard.join(' of ')}` : ''} → ${out}\n` +
      `  ${text(rowsWithImpossible)} sampled rows (${((100 * rowsWithImpossible) / Math.max(1, sampledRows)).toFixed(1)} %) held a code that their sex or age forbids;` +
      ` repaired: removed ${text(codesDropped)} codes, changed the sex in ${text(sexChanged)} rows`,
  );
  if (!shape) return;
  console.log(shapeReport(shape));
  const missed = missedShares(shape);
  if (missed === undefined) return;
  console.error(missed);
  process.exitCode = 1;
}

async function* patientsOf(rows: AsyncIterable<SampledRow>, decoder: Decoder): AsyncGenerator<DecodedRow> {
  for await (const { row, entries } of rows) yield decoder.decode(row, entries);
}
