import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import {
  type ComparedFigure,
  comparisonCsv,
  comparisonLatex,
  type ComparisonTable,
  renderComparison,
  spreadOf,
} from '@ehrsynth/report';
import { numberText } from '@ehrsynth/statistics';
import { type Entrant, FIGURES, labelOf } from './entrant.ts';

/** What was compared, beside the entrants. */
export interface ComparedPatients {
  training: number;
  holdout: number;
  codes: number;
  engine: string;
  /** Whether both sides are training patients of the cohort, of whom some were set apart to judge settings by. */
  isSearch: boolean;
}

/** Entrants side by side: a column for each model and settings, figures over their seeds. */
export function comparisonTable(entrants: readonly Entrant[], about: ComparedPatients): ComparisonTable {
  const models = [...new Set(entrants.map(labelOf))];
  const of = models.map((model) => entrants.filter((one) => labelOf(one) === model));
  const spreads = (value: (one: Entrant) => number | undefined) => of.map((own) => spreadOf(own.map(value)));
  const figures = FIGURES.map(([name, digits, better]): ComparedFigure => ({
    name,
    digits,
    better,
    models: spreads(({ figures: found }) => found[name]),
    real: spreadOf(entrants.map(({ floors }) => floors[name])),
  }));
  const seconds = (name: string, key: 'trainSeconds' | 'generateSeconds'): ComparedFigure => ({
    name,
    digits: 0,
    models: spreads((one) => one[key]),
  });
  return {
    title: 'Comparison of models',
    about: sentences(entrants, about),
    models,
    figures: [...figures, seconds('training, s', 'trainSeconds'), seconds('generating, s', 'generateSeconds')],
  };
}

function sentences(
  entrants: readonly Entrant[],
  { training, holdout, codes, engine, isSearch }: ComparedPatients,
): string[] {
  const seeds = [...new Set(entrants.map(({ seed }) => seed))];
  const judges = isSearch ? 'validation patients (a fifth of the training patients)' : 'held-out patients';
  return [
    `Trained on ${numberText(training)} patients with ${numberText(codes)} codes; compared with ${numberText(holdout)} ${judges}. ${seeds.length === 1 ? 'Seed' : 'Seeds'} ${seeds.join(', ')}; engine ${engine}.`,
    'Rows are measured as the models draw them, without repairs.',
  ];
}

/** comparison.html to look at, comparison.csv and comparison.tex (booktabs) for papers, comparison.json with every entrant. */
export async function writeComparison(
  folder: string,
  entrants: readonly Entrant[],
  about: ComparedPatients,
): Promise<void> {
  const table = comparisonTable(entrants, about);
  await writeFileAtomic(join(folder, 'comparison.json'), `${JSON.stringify(entrants, null, 1)}\n`);
  await writeFileAtomic(join(folder, 'comparison.html'), await renderComparison(table));
  await writeFileAtomic(join(folder, 'comparison.csv'), comparisonCsv(table));
  await writeFileAtomic(join(folder, 'comparison.tex'), comparisonLatex(table));
}
