import { join } from 'node:path';
import { Command, Option } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { isSlow, MODEL_NAMES } from '@ehrsynth/models';
import {
  compare,
  FIGURES,
  isTrainingOfComparison,
  flagsOf,
  type Grid,
  labelOf,
  type PipelineEvent,
} from '@ehrsynth/pipeline';
import { type ComparisonTable, NOT_MEASURED, REAL, spreadText } from '@ehrsynth/report';
import { fixed } from '@ehrsynth/statistics';
import { console } from '../console.ts';
import { gridOf, modelsOf, oneOf, wholeNumber, wholeNumbers } from '../options.ts';
import { showingStoppable } from '../showing.ts';
import { table } from '../table.ts';

interface Options {
  models?: string[];
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
    .requiredOption('-o, --out <folder>', 'where to write comparison.html, .csv, .tex and .json')
    .option(
      '-m, --models <names>',
      `some of ${MODEL_NAMES.join(', ')} (default: all but ${MODEL_NAMES.filter(isSlow).join(', ')}, which takes many times as long), or paths of your own models, ./my-model.js`,
      modelsOf(...MODEL_NAMES),
    )
    .addOption(
      new Option('--seeds <numbers>', 'random seeds; each model is trained once per seed')
        .argParser(wholeNumbers(0))
        .default([1], '1'),
    )
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
  const {
    table: compared,
    best,
    out,
  } = await compare(cohort, options, showingStoppable(isTrainingOfComparison, sayEntrant));
  console.log(summary(compared));
  if (best)
    console.log(
      `Best by the AUC of boosted trees: ehrsynth train ${cohort} -m ${[best.model, flagsOf(best.settings ?? {})].join(' ').trim()} -o model`,
    );
  console.log(
    `Look at ${join(out, 'comparison.html')}; tables for papers → comparison.csv and comparison.tex beside it`,
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

function digitsOf(value: number | undefined, digits: number): string {
  return value === undefined ? NOT_MEASURED : fixed(value, digits);
}

/** Mean of each figure over the seeds, and its range where there are several. */
function summary({ models, figures }: ComparisonTable): string {
  const rows = figures.map(({ name, digits, models: found, real }) => [
    name,
    ...found.map((spread) => spreadText(spread, digits)),
    spreadText(real, digits, ''),
  ]);
  return table(['', ...models, REAL], rows);
}
