import { Command, Option } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import {
  type Continued,
  continueRecords,
  type Format,
  FORMATS,
  generate,
  type Generated,
  generateOn,
  IncompleteOptionsError,
  type Receipt,
} from '@ehrsynth/pipeline';
import { addClusterOptions, refuseWithoutOn } from '../cluster-options.ts';
import { console } from '../console.ts';
import { collect, collectList, day, listOf, oneOf, shardOf, wholeNumber } from '../options.ts';
import { missedShares, shapeReport } from '../shape-report.ts';
import { withSignal } from '../signals.ts';
import { showing } from '../showing.ts';
import { table, text } from '../table.ts';

interface Options {
  number?: number;
  out: string;
  seed: number;
  shard?: readonly [part: number, parts: number];
  where?: string[];
  setPrevalence?: string[];
  balance?: string[];
  mostDraws?: number;
  engine: EngineName | 'auto';
  workers?: number;
  from?: string;
  asOf?: string;
  futures?: number;
  plugin?: string;
  force: boolean;
  on?: string;
  bundle?: string;
  executor?: string;
  format?: Format[];
  tasks?: number;
}

/** Options of patients that are drawn from their first day on. */
const WHOLE = ['number', 'where', 'setPrevalence', 'balance', 'mostDraws', 'shard', 'workers'];

/** Options of one machine. */
const HERE = ['shard', 'workers', 'from', 'asOf', 'futures', 'plugin'];

export function generateCommand(): Command {
  const command = new Command('generate')
    .argument('<model>', 'folder that `ehrsynth train` wrote')
    .option('-n, --number <number>', 'number of patients', wholeNumber(1))
    .requiredOption('-o, --out <folder>', 'where to write them')
    .option('--seed <number>', 'the same seed, model and engine give the same patients', wholeNumber(0), 1)
    .option(
      '--where <conditions>',
      'only patients like this: sex=female,age=40-64,race=Asian,code=E11 (a code and its descendants); all must hold (may be repeated)',
      collectList,
    )
    .option(
      '--set-prevalence <code=share>',
      'share of the patients who have a code, everything else conditional on it: E11=0.2 (may be repeated)',
      collect,
    )
    .option(
      '--balance <shares>',
      'share of each value of a demographic: sex=female:0.5/male:0.5 (may be repeated)',
      collect,
    )
    .option(
      '--most-draws <number>',
      'with --where, --set-prevalence or --balance: most patients to draw from the model (default: 100 per patient, at least a million)',
      wholeNumber(1),
    )
    .option(
      '--shard <i/n>',
      'only part i of n, for n processes or machines; together they give the patients of one run',
      shardOf,
    )
    .option(
      '--engine <name>',
      `one of ${ENGINE_NAMES.join(', ')} (default: the fastest available)`,
      oneOf('auto', ...ENGINE_NAMES),
      'auto',
    )
    .option(
      '--workers <number>',
      'threads that draw; the result does not depend on it (default: one per core)',
      wholeNumber(1),
    )
    .addOption(
      new Option(
        '--from <records>',
        'visits: continue these records (part of a cohort, FHIR, OMOP, MEDS, or CSV written by ehrsynth) instead of drawing whole patients',
      ).conflicts(WHOLE),
    )
    .addOption(
      new Option('--as-of <date>', 'with --from: the last day of each record to keep; what follows is drawn')
        .argParser(day)
        .conflicts(WHOLE),
    )
    .addOption(
      new Option('-k, --futures <number>', 'with --from: futures per record, with ids a-1, a-2, … (default: 1)')
        .argParser(wholeNumber(1))
        .conflicts(WHOLE),
    )
    .option('--plugin <file>', 'for a model of your own: the file that trained it; its code is run')
    .option('--force', 'replace the folder', false);
  addClusterOptions(command, HERE)
    .option('--format <list>', `with --on: what to write: ${FORMATS.join(', ')} (default: records)`, listOf(...FORMATS))
    .option(
      '--tasks <number>',
      'with --on: number of parts to split the work into; the result does not depend on it',
      wholeNumber(1),
    );
  return command.action(run);
}

async function run(
  modelFolder: string,
  { from, asOf, futures, on, bundle, executor, format, tasks, ...options }: Options,
): Promise<void> {
  if (on !== undefined) {
    const { number, out, seed, engine, force, where, setPrevalence, balance, mostDraws } = options;
    if (number === undefined) throw new IncompleteOptionsError('The number of patients is missing: give --number');
    const shape = { where, setPrevalence, balance, mostDraws };
    const given = { on, bundle, executor, formats: format, tasks, number, out, seed, engine, force, ...shape };
    const drawn = await withSignal((signal) => generateOn(modelFolder, given, { ...showing(), signal }));
    return onCluster(out, drawn);
  }
  refuseWithoutOn(on, { bundle, executor, format, tasks });
  if ([from, asOf, futures].some((given) => given !== undefined)) {
    if (from === undefined || asOf === undefined)
      throw new IncompleteOptionsError('To continue records, give both --from and --as-of');
    const { out, seed, engine, force } = options;
    return continued(await continueRecords(modelFolder, { from, asOf, futures, out, seed, engine, force }, showing()));
  }
  const { number, out, shard } = options;
  if (number === undefined)
    throw new IncompleteOptionsError(
      'Give the number of patients with --number, or --from and --as-of to continue records',
    );
  const { patients, shape, repairs } = await generate(modelFolder, { ...options, number }, showing());
  console.log(`${text(patients)} synthetic patients${shard ? `, part ${shard.join(' of ')}` : ''} → ${out}`);
  if (repairs) console.log(repairsLine(repairs));
  if (shape) reportShape(shape);
}

function reportShape(shape: NonNullable<Generated['shape']>): void {
  console.log(shapeReport(shape));
  const missed = missedShares(shape);
  if (missed === undefined) return;
  console.error(missed);
  process.exitCode = 1;
}

function repairsLine({
  rows,
  rowsWithImpossible,
  codesDropped,
  sexChanged,
}: NonNullable<Generated['repairs']>): string {
  const share = ((100 * rowsWithImpossible) / Math.max(1, rows)).toFixed(1);
  return (
    `  ${text(rowsWithImpossible)} sampled rows (${share} %) had a code that is impossible for their sex or age;` +
    ` repaired: removed ${text(codesDropped)} codes, changed the sex in ${text(sexChanged)} rows`
  );
}

function continued({ out, histories, patients, dead, unborn, unseen }: Continued): void {
  console.log(`${text(patients)} futures of ${text(histories)} patients → ${out}`);
  if (dead + unborn + unseen > 0)
    console.log(
      `  left out: ${text(dead)} who had died by that day, ${text(unborn)} who were not yet born, ${text(unseen)} without a record up to that day`,
    );
}

function onCluster(out: string, receipt: Receipt): void {
  const { patients, rows, shape, repairs, invalid, errors, tasks, seconds, lost } = receipt;
  console.log(`${text(patients)} synthetic patients, by ${text(tasks)} tasks in ${text(seconds)} s → ${out}`);
  console.log(
    table(
      ['data set', 'rows'],
      Object.entries(rows).filter(([, count]) => count > 0),
    ),
  );
  if (repairs) console.log(repairsLine(repairs));
  for (const [what, times] of Object.entries(lost))
    console.log(`  The CDM cannot represent: ${what}, ${text(times)} times`);
  if (shape) reportShape(shape);
  if (invalid === 0) return;
  console.error(`${text(invalid)} resources are not valid:`);
  for (const [error, times] of Object.entries(errors)) console.error(`  ${error}: ${text(times)} times`);
  process.exitCode = 1;
}
