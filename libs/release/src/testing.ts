import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from '@ehrsynth/evaluation';
import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { audit } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { writeManifest, writeSums } from './manifest.ts';
import { writePapers } from './package.ts';
import { MANIFEST, PARTS, SUMS } from './parts.ts';
import { Policy } from './policy.ts';
import { judge } from './verdict.ts';
import { verifyRelease } from './verify.ts';
import { type ReportFile, figuresOf } from './verify/report-file.ts';

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- Tests break what types promise. */
export type Json = any;

/** For a file of tests: a package of its own, whole again before each of them. */
export function testPackage() {
  let top: string;
  const folder = () => join(top, 'release');
  const at = (...names: string[]) => join(folder(), ...names);
  const outside = (name: string) => join(top, name);
  const restore = () => {
    rmSync(folder(), { recursive: true, force: true });
    cpSync(outside('whole'), folder(), { recursive: true });
    cpSync(at('data', 't.csv'), outside('t.csv'));
  };
  beforeAll(async () => {
    top = mkdtempSync(join(tmpdir(), 'verify-'));
    await writeTestRelease(outside('whole'));
  });
  afterAll(() => rmSync(top, { recursive: true }));
  beforeEach(restore);
  return {
    folder,
    /** A path in the package. */
    at,
    /** A path beside it. */
    outside,
    restore,
    append: (name: string, text: string) => appendFileSync(at(name), text),
    edit: (name: string, from: string | RegExp, to: string) =>
      writeFileSync(at(name), readFileSync(at(name), 'utf8').replace(from, to)),
    faults: async () => (await verifyRelease(folder())).faults,
  };
}

/** Writes a small release, of independent draws of the same patients: every gate that can be measured passes. */
async function writeTestRelease(folder: string): Promise<void> {
  const { synthetic, ...figures } = await (measured ??= measureOnce());
  const report: ReportFile = {
    ...figures,
    records: { checked: 10, invalid: 0 },
    source: { ids: 0, holders: 10 },
  };
  const policy = Policy.parse({ license: { name: 'CC0-1.0', file: 'LICENSE' } });
  const verdict = judge(figuresOf(report), policy);
  mkdirSync(join(folder, 'data', 'csv'), { recursive: true });
  writeFileSync(join(folder, 'data', 'csv', 'patients.csv'), ['id', ...synthetic.ids, ''].join('\n'));
  writeFileSync(join(folder, 'data', 't.csv'), 'a,b\n1,2\n');
  writeFileSync(join(folder, PARTS.figures), JSON.stringify({ ...report, verdict }));
  writeFileSync(join(folder, PARTS.report), '<title>Report</title>');
  const facts = {
    version: '9.9.9',
    date: '2026-01-02',
    patients: 600,
    codes: 30,
    formats: ['csv'],
    otherFormats: [],
    suppressed: 0,
    verdict,
    ingest: { minPatients: 10, rare: 'drop' as const },
    tries: { asked: 1, samples: 1, evaluationSeeds: 1, refused: 0 },
    model: { name: 'MedGAN', seed: 3, trainedOn: 600, heldOut: 500 },
    generated: { seed: 4, engine: 'wasm' },
  };
  await writePapers(folder, policy, synthetic, facts, 'You may share this.');
}

/** Measuring takes seconds, and is the same for each file of tests of a worker. */
let measured: ReturnType<typeof measureOnce> | undefined;

async function measureOnce() {
  const [training, holdout, synthetic] = [draw(1200, 'training'), draw(1000, 'holdout'), draw(1000, 'new')];
  const comparison = await compare(training, holdout, synthetic, { limitsOf: () => ({}) });
  return { synthetic, comparison, privacy: audit(training, holdout, synthetic) };
}

/** Makes a changed package agree with itself again, as whoever changed it would. */
export async function reseal(folder: string): Promise<void> {
  rmSync(join(folder, MANIFEST));
  rmSync(join(folder, SUMS));
  await writeManifest(folder, Policy.parse({}), { version: '9.9.9', created: '2026-01-02T00:00:00Z' });
  await writeSums(folder);
}

/** Changes a JSON file in its place. */
export function editJson<T>(folder: string, name: string, change: (content: T) => void): void {
  const content = JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
  change(content);
  writeFileSync(join(folder, name), JSON.stringify(content));
}

/** Columns of the patients of the tests. */
export const columns: Column[] = [
  ...['female', 'male'].map((code): Column => ({ kind: 'demographic', system: 'sex', code, level: 'code' })),
  ...['18-24', '25-34'].map((code): Column => ({ kind: 'demographic', system: 'age', code, level: 'band' })),
  ...Array.from({ length: 120 }, (_, i): Column => ({
    kind: 'condition',
    system: 'urn:test',
    code: `C${i}`,
    level: 'code',
  })),
];

/** Rows of the numbers of columns. */
export function matrix(rows: readonly (readonly number[])[]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((own, row) =>
    builder.add(
      `p${row}`,
      own.map((column): [Column, number] => [columns[column], 1]),
    ),
  );
  return builder.build();
}

/** Patients of a few habits, so that codes go together; common codes and less common ones. */
export function draw(rows: number, seed: string): CodeMatrix {
  const rng = new Rng(seed);
  const codes = (habit: number) =>
    [...columns.keys()].filter((i) => i >= 4 && rng.chance((i % 4 === habit ? 0.4 : 0.04) / (1 + i / 60)));
  return matrix(Array.from({ length: rows }, () => [rng.int(2), 2 + rng.int(2), ...codes(rng.int(4))]));
}
