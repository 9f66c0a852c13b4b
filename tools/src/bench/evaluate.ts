import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure, PartResult } from './figure.ts';
import { hasPython, linesOf, python } from './processes.ts';
import { EVALUATED_CODES, evaluatedRows } from './rows.ts';
import { differing, type Figures } from './same-figures.ts';
import type { BenchSettings } from './settings.ts';
import type { WorkJob } from './work.ts';

const ROWS = 3000;

/** By how much figures may differ: rounding alone where nothing is drawn; */
const EXACT: Record<string, number> = { 'counts and pairs': 1e-5, clusters: 0, 'nearest rows': 1e-9 };
/** an area under a curve by other folds and another learner, with so many rows of each side as usual. */
const DRAWN = 0.03;

const workPath = fileURLToPath(new URL('./work.js', import.meta.url));
const referencePath = fileURLToPath(new URL('../../bench/evaluate_sklearn.py', import.meta.url));

interface Line {
  work: string;
  seconds: number;
  peakMb?: number;
  figures: Figures;
}

/** What evaluate computes of rows, beside numpy, scipy and scikit-learn on the same rows; both must come to the same figures. */
export async function benchEvaluate({ folder, repeats, scale }: BenchSettings): Promise<PartResult> {
  const rows = Math.ceil(scale * ROWS);
  const job: WorkJob = { work: 'evaluate', rows, repeats };
  const ours = linesOf<Line>(process.execPath, [workPath, JSON.stringify(job)]);
  const theirs = hasPython('numpy', 'scipy', 'sklearn')
    ? reference(join(folder, 'evaluate'), rows, repeats)
    : undefined;
  if (!theirs) console.error(`No numpy, scipy and scikit-learn in ${python}: no ratios for evaluate (set PYTHON).`);
  const apart: string[] = [];
  const figures = ours.map(({ work, seconds, peakMb, figures: own }): Figure => {
    const other = theirs?.find((line) => line.work === work);
    const tolerance = EXACT[work] ?? DRAWN * Math.sqrt(ROWS / rows);
    if (other) apart.push(...differing(own, other.figures, tolerance).map((what) => `  ${work}, ${what}`));
    return {
      name: `${work}, ${rows.toLocaleString('en-US')} rows per group`,
      seconds,
      peakMb,
      ...(other && { ratio: seconds / other.seconds, reference: REFERENCES[work], note: 'same figures' }),
    };
  });
  if (apart.length > 0) throw new Error(`evaluate gives other figures than scikit-learn:\n${apart.join('\n')}`);
  return { figures };
}

const REFERENCES: Record<string, string> = {
  'counts and pairs': 'numpy, scipy',
  clusters: 'scikit-learn: PCA, KMeans',
  distinguishing: 'scikit-learn: LogisticRegression, HistGradientBoosting',
  prediction: 'scikit-learn: LogisticRegression',
  outcome: 'scikit-learn: HistGradientBoosting',
  'nearest rows': 'scikit-learn: pairwise_distances_argmin_min',
};

function reference(folder: string, rows: number, repeats: number): Line[] {
  mkdirSync(folder, { recursive: true });
  const files = Object.entries(evaluatedRows(rows)).map(([name, matrix]) => {
    const parts = (['indptr', 'indices', 'values'] as const).map((part) => {
      const path = join(folder, `${name}-${part}.i32`);
      writeFileSync(path, matrix[part]);
      return [part, path];
    });
    return [name, Object.fromEntries(parts)];
  });
  const spec = { ...Object.fromEntries(files), columns: EVALUATED_CODES, repeats };
  return linesOf<Line>(python, [referencePath], JSON.stringify(spec));
}
