import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveMatrix } from '@ehrsynth/matrix';
import { expectedSeconds, exponentOf, type Grown } from './exponent.ts';
import type { Figure, PartResult } from './figure.ts';
import { benchModel } from './generate.ts';
import { linesOf } from './processes.ts';
import { benchRows, GROWN } from './rows.ts';
import type { BenchSettings } from './settings.ts';
import type { WorkJob } from './work.ts';

const SIZES = [1000, 10_000, 100_000, 1_000_000];
/** What would take longer is not measured, and said to be so. */
const MOST_SECONDS = 1800;
const workPath = fileURLToPath(new URL('./work.js', import.meta.url));

/** Training, generating and evaluating from 1,000 to a million rows, each in a process of its own. */
export async function benchGrowth({ folder, scale, quick }: BenchSettings): Promise<PartResult> {
  const own = join(folder, 'growth');
  mkdirSync(own);
  const sizes = (quick ? SIZES.slice(0, -1) : SIZES).map((size) => Math.ceil(scale * size));
  const model = await benchModel(own, scale);
  const train = async (rows: number): Promise<WorkJob> => {
    const path = join(own, `rows-${rows}`);
    mkdirSync(path);
    await saveMatrix(path, benchRows({ rows, ...GROWN, off: 0, seed: 1 }));
    return { work: 'train', folder: path };
  };
  const works: [string, (rows: number) => Promise<WorkJob> | WorkJob][] = [
    ['train, an epoch of the autoregressive model', train],
    ['generate, whole records', (rows) => ({ work: 'generate', model, out: own, rows })],
    ['evaluate, fidelity and utility', (rows) => ({ work: 'compare', rows })],
    ['evaluate, attacks on privacy', (rows) => ({ work: 'audit', rows })],
  ];
  const figures: Figure[] = [];
  for (const [name, jobOf] of works) figures.push(...(await grow(name, sizes, jobOf)));
  rmSync(own, { recursive: true });
  return { figures };
}

async function grow(
  name: string,
  sizes: readonly number[],
  jobOf: (rows: number) => Promise<WorkJob> | WorkJob,
): Promise<Figure[]> {
  const grown: Grown[] = [];
  const figures: Figure[] = [];
  for (const rows of sizes) {
    const expected = expectedSeconds(grown, rows);
    const what = `${name}, ${rows.toLocaleString('en-US')} rows`;
    if (expected > MOST_SECONDS) {
      figures.at(-1)!.note +=
        `; ${rows.toLocaleString('en-US')} rows would take about ${hours(expected)}, not measured`;
      break;
    }
    const [{ seconds, peakMb }] = linesOf<{ seconds: number; peakMb: number }>(process.execPath, [
      workPath,
      JSON.stringify(await jobOf(rows)),
    ]);
    const before = grown.at(-1);
    grown.push({ rows, seconds });
    const exponent = exponentOf(grown);
    console.error(`${what}: ${seconds.toFixed(1)} s, ${peakMb} MB`);
    figures.push({
      name: what,
      seconds,
      count: rows,
      unit: 'rows',
      peakMb,
      // The time of a row beside that of a row of the size before.
      ...(before && { ratio: seconds / rows / (before.seconds / before.rows), reference: 'a row of the size before' }),
      ...(exponent !== undefined && { note: `exponent ${exponent.toFixed(2)}` }),
    });
  }
  return figures;
}

function hours(seconds: number): string {
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
