import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rng } from '@ehrsynth/random';
import { type Installed, timed } from '../package/installed.ts';
import { ROOT } from '../package/layout.ts';

const ROWS = 600;
/** Codes, and about how many have each; who has the one before it has it three times as often. */
const CODES: Record<string, number> = {
  I10: 0.45,
  'E78.5': 0.38,
  'E11.9': 0.3,
  'N18.3': 0.23,
  'K21.9': 0.17,
  'F32.9': 0.12,
  'M54.5': 0.08,
  'J45.909': 0.05,
};

/** A table of their own → a cohort → figures of a generator of their own, a comparison for a paper, a model of their own. */
export function researchMethods(installed: Installed): void {
  const rng = new Rng(7);
  const real = Array.from({ length: ROWS }, () => {
    let isThere = false;
    return Object.values(CODES).map((share) => (isThere = rng.chance(isThere ? 1.8 * share : 0.6 * share)));
  });
  // A generator as simple as can be: each column by itself.
  const shares = Object.keys(CODES).map((_, column) => real.filter((row) => row[column]).length / ROWS);
  const synthetic = real.map(() => shares.map((share) => rng.chance(share)));
  writeFileSync(installed.at('real.csv'), tableOf(real, 'r'));
  writeFileSync(installed.at('synthetic.csv'), tableOf(synthetic, 's'));
  copyFileSync(join(ROOT, 'examples/own-model.js'), installed.at('my-model.js'));

  const steps: [line: string, says: RegExp][] = [
    ['ingest csv real.csv -o own-cohort', /\b600 patients|\b600\b/],
    ['evaluate own-cohort --synthetic synthetic.csv -o own-report', /Verdict: /],
    ['compare own-cohort -m chow-liu,marginals,./my-model.js -n 400 -o own-comparison', /comparison\.tex/],
    ['train own-cohort -m ./my-model.js -o own-model', /Bootstrap with noise/],
    ['generate own-model -n 200 --plugin ./my-model.js -o own-synth', /200/],
  ];
  for (const [line, says] of steps)
    assert.match(
      timed(`  ${line}`, () => installed.ehrsynth(line)),
      says,
    );
  const text = (...parts: string[]) => readFileSync(installed.at(...parts), 'utf8');
  assert.match(text('own-report', 'report.html'), /<title>/);
  const { comparison } = JSON.parse(text('own-report', 'report.json')) as {
    comparison: { rows: { synthetic: number }; prevalence: { synthetic: { r: number } } };
  };
  assert.equal(comparison.rows.synthetic, ROWS);
  // Columns drawn by themselves are as common as they should be.
  assert.ok(comparison.prevalence.synthetic.r > 0.95, `r ${comparison.prevalence.synthetic.r}`);
  for (const name of ['Chow–Liu tree', 'Independent marginals', 'Bootstrap with noise']) {
    assert.ok(text('own-comparison', 'comparison.html').includes(name), `comparison.html lacks ${name}`);
    assert.ok(text('own-comparison', 'comparison.csv').includes(name), `comparison.csv lacks ${name}`);
  }
  assert.match(text('own-comparison', 'comparison.tex'), /\\begin\{tabular\}[^]*\\end\{tabular\}/);
}

/** A column for each code, a row for each patient. */
function tableOf(rows: boolean[][], id: string): string {
  const lines = rows.map((row, i) => [`${id}${i}`, ...row.map(Number)].join(','));
  return [['patient', ...Object.keys(CODES)].join(','), ...lines, ''].join('\n');
}
