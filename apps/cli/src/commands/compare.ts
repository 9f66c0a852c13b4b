import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { MODEL_NAMES, type ModelName } from '@ehrsynth/models';
import {
  compare,
  type Entrant,
  FIGURES,
  isTrainingOfComparison,
  flagsOf,
  type Grid,
  labelOf,
  type PipelineEvent,
} from '@ehrsynth/pipeline';
import { NOT_MEASURED } from '@ehrsynth/report';
import { fixed, meanOf } from '@ehrsynth/statistics';
import { console } from '../console.ts';
import { gridOf, listOf, oneOf, wholeNumber, wholeNumbers } from '../options.ts';
import { showingStoppable } from '../showing.ts';
import { table, text } from '../table.ts';

interface Options {
  models: ModelName[];
  seeds: number[];
  number?: number;
  epochs?: number;
  set: Grid;
  trials?: number;
  out: string;
  engine: EngineName | 'auto';
  resume: boolean;
  force: boolean;
}

export function compareCommand(): Command {
  return new Command('compare')
    .argument('<cohort>', 'folder that `ehrsynth ingest` wrote')
    .requiredOption('-o, --out <folder>', 'where to write comparison.json')
    .option('-m, --models <names>', `some of ${MODEL_NAMES.join(', ')}`, listOf(...MODEL_NAMES), MODEL_NAMES)
    .option('--seeds <numbers>', 'random seeds; each model is trained once per seed', wholeNumbers(0), [1])
    .option(
      '-n, --number <number>',
      'patients to draw from each (default: as many as it was trained on)',
      wholeNumber(1),
    )
    .option('--epochs <number>', 'epochs of every model that has any (default: its own)', wholeNumber(0))
    .option(
      '--set <option=values>',
      'values of a model option to try, such as hidden=256,384; repeat for other options to try every combination. Judged on a validation fifth of the training patients',
      gridOf,
      {},
    )
    .option(
      '--trials <number>',
      'number of combinations to try, sampled with the first seed (default: all)',
      wholeNumber(1),
    )
    .option(
      '--engine <name>',
      `one of ${ENGINE_NAMES.join(', ')} (default: the fastest available)`,
      oneOf('auto', ...ENGINE_NAMES),
      'auto',
    )
    .option('--resume', 'continue an interrupted comparison', false)
    .option('--force', 'replace the folder', false)
    .action(run);
}

async function run(cohort: string, options: Options): Promise<void> {
  const { entrants, best } = await compare(cohort, options, showingStoppable(isTrainingOfComparison, sayEntrant));
  console.log(summary(entrants));
  if (best)
    console.log(
      `The best by boosted trees: ehrsynth train ${cohort} -m ${[best.model, flagsOf(best.settings ?? {})].join(' ').trim()} -o model`,
    );
}

function sayEntrant(event: PipelineEvent): void {
  if (event.type !== 'entrant') return;
  const { entrant } = event;
  const figures = FIGURES.slice(0, 5).map(
    ([figure, digits]) => `${figure} ${digitsOf(entrant.figures[figure], digits)}`,
  );
  console.log(`  ${labelOf(entrant)}, seed ${entrant.seed}: ${figures.join(', ')}`);
}

function digitsOf(value: number | undefined, digits: number, otherwise = NOT_MEASURED): string {
  return value === undefined ? otherwise : fixed(value, digits);
}

/** Mean of each figure over the seeds, and its range where there are several. */
function summary(entrants: Entrant[]): string {
  const names = [...new Set(entrants.map(labelOf))];
  const shown = (found: (number | undefined)[], digits: number) => {
    const values = found.filter((value) => value !== undefined);
    if (values.length === 0) return NOT_MEASURED;
    const mean = meanOf(values).value;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.length > 1 && low !== high
      ? `${fixed(mean, digits)} (${fixed(low, digits)} – ${fixed(high, digits)})`
      : fixed(mean, digits);
  };
  const of = (name: string) => entrants.filter((one) => labelOf(one) === name);
  const rows = FIGURES.map(([figure, digits]) => [
    figure,
    ...names.map((name) =>
      shown(
        of(name).map(({ figures }) => figures[figure]),
        digits,
      ),
    ),
    digitsOf(entrants[0].floors[figure], digits, ''),
  ]);
  const seconds = (which: 'trainSeconds' | 'generateSeconds') =>
    names.map((name) => text(Math.round(meanOf(of(name).map((one) => one[which])).value)));
  rows.push(['training, s', ...seconds('trainSeconds'), ''], ['generating, s', ...seconds('generateSeconds'), '']);
  return table(['', ...names, 'real training rows'], rows);
}
