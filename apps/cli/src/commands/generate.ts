import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { generate } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { collect, list, oneOf, shardOf, wholeNumber } from '../options.ts';
import { missedShares, shapeReport } from '../shape-report.ts';
import { showing } from '../showing.ts';
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
  workers?: number;
  force: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .argument('<model>', 'folder that `ehrsynth train` wrote')
    .requiredOption('-n, --number <number>', 'how many patients', wholeNumber(1))
    .requiredOption('-o, --out <folder>', 'where to write them')
    .option('--seed <number>', 'the same seed, model and engine give the same patients', wholeNumber(0), 1)
    .option(
      '--where <conditions>',
      'only such patients: sex=female,age=40-64,race=Asian,code=E11 (a code and those under it)',
      list,
    )
    .option(
      '--set-prevalence <code=share>',
      'share of the patients that have a code, all else as it is given that: E11=0.2 (may be repeated)',
      collect,
    )
    .option(
      '--balance <shares>',
      'shares of the values of a demographic: sex=female:0.5/male:0.5 (may be repeated)',
      collect,
    )
    .option(
      '--most-draws <number>',
      'of --where, --set-prevalence and --balance: rows drawn from the model, at most (default: 100 per patient, and a million at least)',
      wholeNumber(1),
    )
    .option(
      '--shard <i/n>',
      'only the i-th of n parts, for n processes or machines: together they are the rows of one run',
      shardOf,
    )
    .option(
      '--engine <name>',
      `one of ${ENGINE_NAMES.join(', ')} (default: the best there is)`,
      oneOf('auto', ...ENGINE_NAMES),
      'auto',
    )
    .option(
      '--workers <number>',
      'threads that draw; they change nothing of what is drawn (default: one a core)',
      wholeNumber(1),
    )
    .option('--force', 'replace the folder', false)
    .action(run);
}

async function run(modelFolder: string, options: Options): Promise<void> {
  const { patients, shape, repairs } = await generate(modelFolder, options, showing());
  const { out, shard } = options;
  const { rows: sampledRows, rowsWithImpossible, codesDropped, sexChanged } = repairs;
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
