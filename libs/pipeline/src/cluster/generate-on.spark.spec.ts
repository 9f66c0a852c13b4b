import { mkdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadColumns } from '@ehrsynth/matrix';
import { importAthena } from '@ehrsynth/omop';
import { writeAthena } from '@ehrsynth/omop/testing';
import { SparkSession } from '@ehrsynth/spark';
import { startSpark, type TestSpark, TWO_EXECUTORS } from '@ehrsynth/spark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { readRecords } from '../cohort/records-file.ts';
import { exportFhir } from '../export/export-fhir.ts';
import { athenaFile } from '../export/athena-file.ts';
import { exportOmop } from '../export/export-omop.ts';
import { generate } from '../generation/generate.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { generateOn } from './generate-on.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;
const NUMBER = 70;

const at = ownFolder();
let spark: TestSpark | undefined;
let session: SparkSession;
beforeAll(async () => {
  spark = await startSpark({ master: TWO_EXECUTORS });
  if (!spark) return;
  session = await SparkSession.open(spark.url);
  await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
  await train(at('cohort'), { model: 'visits', out: at('model'), settings: { epochs: 1, hidden: 8 }, engine: 'wasm' });
  const given = { number: NUMBER, seed: 5, engine: 'wasm', workers: 1 } as const;
  await generate(at('model'), { ...given, out: at('here') });
  await exportFhir(at('here'), { out: at('here-fhir'), format: 'ndjson' });
  await exportOmop(at('here'), { out: at('here-omop'), format: 'parquet' });
});
afterAll(async () => {
  await session?.close();
  await spark?.stop();
});
const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (spark ? work() : skip()));

const given = () => ({ on: spark!.url, executor: OURS, number: NUMBER, seed: 5, engine: 'wasm' as const });

/** The lines of a data set of text, sorted. */
async function linesOf(...parts: string[]): Promise<string[]> {
  const files = (await readdir(at(...parts))).filter((name) => name.startsWith('part-'));
  const texts = await Promise.all(files.map((name) => readFile(at(...parts, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== '')).sort();
}

async function linesHere(): Promise<string[]> {
  const lines: string[] = [];
  for await (const record of readRecords(at('here', 'records.ndjson.gz'))) lines.push(JSON.stringify(record));
  return lines.sort();
}

describe('patients that a cluster draws', () => {
  test('are those of one machine, as records, FHIR and OMOP, whatever the number of tasks', async () => {
    const out = `file:${at('all')}`;
    const receipt = await generateOn(at('model'), { ...given(), out, tasks: 3, formats: ['records', 'fhir', 'omop'] });
    expect(await linesOf('all', 'records')).toEqual(await linesHere());

    const types = (await readdir(at('here-fhir'))).filter((name) => name.endsWith('.ndjson'));
    expect((await readdir(at('all', 'fhir'))).sort()).toEqual(types.map((name) => name.replace('.ndjson', '')).sort());
    for (const type of types) {
      const here = readFileSync(at('here-fhir', type), 'utf8').trim().split('\n').sort();
      expect(await linesOf('all', 'fhir', type.replace('.ndjson', ''))).toEqual(here);
    }

    const tables = (await readdir(at('here-omop'))).filter((name) => name.endsWith('.parquet'));
    expect(tables.length).toBeGreaterThan(30);
    for (const file of tables) {
      const [here, there] = [at('here-omop', file), at('all', 'omop', file.replace('.parquet', ''))];
      const [mine, theirs] = [here, there].map((path) => `SELECT * FROM parquet.\`file:${path}\``);
      expect([file, await session.columns(theirs)]).toEqual([file, await session.columns(mine)]);
      expect([file, await session.all(`${mine} EXCEPT ALL ${theirs}`)]).toEqual([file, []]);
      expect([file, await session.all(`${theirs} EXCEPT ALL ${mine}`)]).toEqual([file, []]);
    }
    expect(receipt).toMatchObject({ patients: NUMBER, tasks: 3, seed: 5, invalid: 0, errors: {} });
    expect(receipt.rows).toMatchObject({ records: NUMBER, 'fhir/Patient': NUMBER, 'omop/cdm_source': 1 });
    expect(JSON.parse((await linesOf('all', 'receipt'))[0])).toEqual(JSON.parse(JSON.stringify(receipt)));
    expect(await readdir(at('all', '_ehrsynth_staging'))).toEqual([]);
  });

  test('have the standard concepts of imported vocabularies, as on one machine', async () => {
    mkdirSync(at('user'));
    process.env.EHRSYNTH_VOCAB = at('user');
    try {
      await importAthena(writeAthena(at('download')), athenaFile());
      await exportOmop(at('here'), { out: at('here-mapped'), format: 'parquet' });
      await generateOn(at('model'), { ...given(), out: `file:${at('mapped')}`, tasks: 2, formats: ['omop'] });
    } finally {
      delete process.env.EHRSYNTH_VOCAB;
    }
    for (const file of await readdir(at('here-mapped')).then((all) =>
      all.filter((name) => name.endsWith('.parquet')),
    )) {
      const paths = [at('here-mapped', file), at('mapped', 'omop', file.replace('.parquet', ''))];
      const [mine, theirs] = paths.map((path) => `SELECT * FROM parquet.\`file:${path}\``);
      const differing = `(${mine} EXCEPT ALL ${theirs}) UNION ALL (${theirs} EXCEPT ALL ${mine})`;
      expect([file, await session.all(differing)]).toEqual([file, []]);
    }
    const conditions = `parquet.\`file:${at('mapped', 'omop', 'condition_occurrence')}\``;
    const mapped = await session.all(`SELECT 1 FROM ${conditions} WHERE condition_concept_id = 320128`);
    expect(mapped.length).toBeGreaterThan(5);
  });

  test('of a shape are those that one machine takes, and as many were drawn for them', async () => {
    await train(at('cohort'), { model: 'marginals', out: at('rows'), engine: 'wasm' });
    const number = 1300;
    const { code } = (await loadColumns(at('rows'))).find(({ kind }) => kind === 'condition')!;
    const shape = { where: ['age=20-64'], balance: ['sex=female:0.7/male:0.3'], setPrevalence: [`${code}=0.3`] };
    const here = await generate(at('rows'), { ...shape, number, seed: 5, engine: 'wasm', out: at('here-shape') });
    await exportOmop(at('here-shape'), { out: at('here-shape-omop'), format: 'parquet' });
    const records: string[] = [];
    for await (const record of readRecords(at('here-shape', 'records.ndjson.gz'))) records.push(JSON.stringify(record));
    const formats = ['records', 'omop'] as ('omop' | 'records')[];
    const run = { ...given(), ...shape, number, formats, out: `file:${at('shape')}`, tasks: 4 };
    const there = await generateOn(at('rows'), run);
    expect(await linesOf('shape', 'records')).toEqual(records.sort());
    // Several tasks looked, and the last one ended where one machine does.
    expect(there.tasks).toBeGreaterThan(4);
    expect({ shape: there.shape, repairs: there.repairs }).toEqual({ shape: here.shape, repairs: here.repairs });
    expect(there.shape!.drawn).toBeGreaterThan(2 * number);
    const [mine, theirs] = [
      at('here-shape-omop', 'condition_occurrence.parquet'),
      at('shape', 'omop', 'condition_occurrence'),
    ].map((path) => `SELECT * FROM parquet.\`file:${path}\``);
    expect(await session.all(`(${mine} EXCEPT ALL ${theirs}) UNION ALL (${theirs} EXCEPT ALL ${mine})`)).toEqual([]);

    const few = generateOn(at('rows'), { ...run, out: `file:${at('few')}`, mostDraws: there.shape!.drawn - 1 });
    await expect(few).rejects.toThrow(/Only 1,299 of 1,300 requested patients came up/);
    expect(await readdir(at('few')).catch(() => [])).not.toContain('records');
  });

  test('go to a place that is empty, or that holds what was generated there and may be replaced', async () => {
    const out = `file:${at('place')}`;
    await generateOn(at('model'), { ...given(), out, tasks: 2 });
    const first = await linesOf('place', 'records');
    await expect(generateOn(at('model'), { ...given(), out })).rejects.toThrow(/not empty: there are files already/);
    await generateOn(at('model'), { ...given(), out, seed: 6, force: true, tasks: 1 });
    const second = await linesOf('place', 'records');
    expect(second).toHaveLength(NUMBER);
    expect(second).not.toEqual(first);
    const others = `file:${at('here-omop')}`;
    const refused = generateOn(at('model'), { ...given(), out: others, force: true });
    await expect(refused).rejects.toThrow(/is none of ours/);
  });

  test('go into tables of a schema, and leave others there alone', async () => {
    await session.run('CREATE SCHEMA synthetic');
    await session.run('CREATE TABLE synthetic.notes USING parquet AS SELECT 1 AS id');
    const out = 'table:spark_catalog.synthetic';
    const formats = ['omop', 'records'] as ('omop' | 'records')[];
    await generateOn(at('model'), { ...given(), out, tasks: 2, formats });
    const tables = (await session.all<{ tableName: string }>('SHOW TABLES IN synthetic')).map(
      ({ tableName }) => tableName,
    );
    expect(tables).toEqual(expect.arrayContaining(['notes', 'person', 'records', 'receipt']));
    expect(tables.filter((name) => name.includes('staging'))).toEqual([]);
    const there = 'SELECT * FROM synthetic.condition_occurrence';
    const here = `SELECT * FROM parquet.\`file:${at('here-omop', 'condition_occurrence.parquet')}\``;
    expect(await session.all(`(${there} EXCEPT ALL ${here}) UNION ALL (${here} EXCEPT ALL ${there})`)).toEqual([]);
    await expect(generateOn(at('model'), { ...given(), out })).rejects.toThrow(
      /not empty: there are (receipt|records)/,
    );
  });
});
