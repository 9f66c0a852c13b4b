import { existsSync } from 'node:fs';
import { compare } from '@ehrsynth/evaluation';
import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { audit } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { type HistoryFigures, judge, Policy } from '@ehrsynth/release';
import type { ReportData } from './report-data.ts';

const columns: Column[] = [
  { kind: 'demographic', system: 'sex', code: 'female', level: 'code' },
  ...Array.from({ length: 12 }, (_, i): Column => ({ kind: 'condition', system: 's', code: `C${i}`, level: 'code' })),
];

/** Rows of twelve codes. */
export function rowsOf(rows: number, seed: string): CodeMatrix {
  const rng = new Rng(seed);
  const builder = new MatrixBuilder(columns);
  for (let row = 0; row < rows; row++) {
    const own = columns.filter((_, i) => i === 0 || rng.chance(0.4));
    builder.add(
      `p${row}`,
      own.map((column) => [column, 1]),
    );
  }
  return builder.build();
}

/** A small report, with or without figures of histories. */
export async function reportWith(histories?: HistoryFigures): Promise<ReportData> {
  const [training, holdout, synthetic] = ['r', 'h', 's'].map((seed) => rowsOf(250, seed));
  const figures = {
    comparison: await compare(training, holdout, synthetic),
    privacy: audit(training, holdout, synthetic),
    ...(histories && { histories }),
  };
  return { title: 'A <test>', ...figures, verdict: judge(figures, Policy.parse({})), training: [] };
}

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined where there is no browser. */
export const CHROMIUM = PATHS.find((path) => path && existsSync(path));
