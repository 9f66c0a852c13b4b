import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeOmop } from '@ehrsynth/omop';
import { simulatePatients } from '@ehrsynth/simulate';
import { SparkSession } from '@ehrsynth/spark';
import { startSpark, type TestSpark, TWO_EXECUTORS } from '@ehrsynth/spark/testing';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../bundle/bundle.ts';
import { fhirSource } from '../cohort/fhir-source.ts';
import { ingest } from '../cohort/ingest.ts';
import { omopSource } from '../cohort/omop-source.ts';
import { readRecords } from '../cohort/records-file.ts';
import { exportFhir } from '../export/export-fhir.ts';
import { generate } from '../generation/generate.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { fhirOnSpark } from './fhir-on-spark.ts';
import { generateOn } from './generate-on.ts';
import { trainOn } from './train-on.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const NUMBER = 40;

const at = ownFolder();
let spark: TestSpark | undefined;
beforeAll(async () => {
  const { platform, arch } = process;
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64'))
    return void process.stderr.write(`Tests of a bundle are skipped: it is for Linux, and this is ${platform}\n`);
  spark = await startSpark({ master: TWO_EXECUTORS, path: programsWithoutNode() });
  if (!spark) return;
  execFileSync(process.execPath, [join(ROOT, 'tools/dist/package.js')], { cwd: ROOT });
  await bundle({ out: at('bundle.tar.gz'), arch });
  await ingest(simulated(120), { out: at('cohort'), minPatients: 4 });
  await train(at('cohort'), { model: 'visits', out: at('model'), settings: { epochs: 1, hidden: 8 }, engine: 'wasm' });
  await generate(at('model'), { number: NUMBER, out: at('here'), engine: 'wasm', workers: 1 });
});
afterAll(() => spark?.stop());
const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (spark ? work() : skip()));

/** A folder with the programs of this machine, as a node has them where nobody installed Node. */
function programsWithoutNode(): string {
  const folder = at('programs');
  mkdirSync(folder);
  for (const place of process.env.PATH!.split(':').filter((path) => existsSync(path)))
    for (const name of readdirSync(place))
      if (!/^(node|nodejs|npm|npx|corepack|ehrsynth)$/.test(name) && !existsSync(join(folder, name)))
        symlinkSync(join(place, name), join(folder, name));
  return folder;
}

const given = () => ({ on: spark!.url, bundle: at('bundle.tar.gz') });

test('executors without Node draw patients with what a bundle brings them', async () => {
  const session = await SparkSession.open(spark!.url);
  const node = `SELECT TRANSFORM('x') USING 'command -v node || echo none' AS (place STRING)`;
  expect(await session.all(node)).toEqual([{ place: 'none' }]);
  await session.close();
  const run = { ...given(), number: NUMBER, engine: 'wasm', tasks: 2 } as const;
  const receipt = await generateOn(at('model'), {
    ...run,
    formats: ['records', 'fhir', 'omop'],
    out: `file:${at('all')}`,
  });
  expect(receipt).toMatchObject({ patients: NUMBER, tasks: 2, invalid: 0 });
  expect(receipt.rows['omop/person']).toBe(NUMBER);
  const lines: string[] = [];
  for (const file of readdirSync(at('all', 'records')).filter((name) => name.startsWith('part-')))
    lines.push(
      ...readFileSync(at('all', 'records', file), 'utf8')
        .trim()
        .split('\n'),
    );
  const here: string[] = [];
  for await (const record of readRecords(at('here', 'records.ndjson.gz'))) here.push(JSON.stringify(record));
  expect(lines.sort()).toEqual(here.sort());
});

test('executors without Node read FHIR with it', async () => {
  await exportFhir(at('here'), { out: at('fhir'), format: 'ndjson' });
  await ingest(await fhirSource(at('fhir')), { out: at('from-files'), minPatients: 4 });
  const there = fhirOnSpark({ ...given(), path: `file:${at('fhir')}/*.ndjson` });
  await ingest(there, { out: at('from-spark'), minPatients: 4 });
  for (const file of ['train/records.ndjson.gz', 'train/rows.parquet', 'holdout/records.ndjson.gz'])
    expect(readFileSync(at('from-spark', file)).equals(readFileSync(at('from-files', file))), file).toBe(true);
});

test('executors without Node make the records that stay, and learn from them, with it', async () => {
  mkdirSync(at('cdm'));
  const patients = simulatePatients({ patients: 80, seed: 3 }, new Vocabulary());
  await writeOmop(each(patients), at('cdm'), { format: 'parquet', today: '2026-01-01' });
  const session = await SparkSession.open(spark!.url);
  await session.run('CREATE SCHEMA cdm');
  for (const file of readdirSync(at('cdm')).filter((name) => name.endsWith('.parquet')))
    await session.run(`CREATE TABLE cdm.${file.replace('.parquet', '')} USING parquet LOCATION '${at('cdm', file)}'`);
  await session.close();
  const source = omopSource(spark!.url, { schema: 'cdm' });
  await ingest(source, { out: at('stay'), stay: `file:${at('place')}`, minPatients: 4, bundle: at('bundle.tar.gz') });
  const learning = { parts: 2, roundsPerEpoch: 1, model: 'vae', engine: 'wasm', settings: { epochs: 1 } } as const;
  await trainOn(at('stay'), { ...given(), ...learning, out: at('learned') });
  expect(await generate(at('learned'), { number: 10, out: at('drawn'), engine: 'wasm' })).toMatchObject({
    patients: 10,
  });
});

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
