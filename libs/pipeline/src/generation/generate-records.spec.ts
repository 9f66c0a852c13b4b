import { mkdirSync, readFileSync } from 'node:fs';
import { Encoder, loadColumns, loadMatrix } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { beforeAll, describe, expect, it } from 'vitest';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { ingest } from '../cohort/ingest.ts';
import { readRecords } from '../cohort/records-file.ts';
import { ShapeOptionError } from '../errors.ts';
import { coinModel, COINS } from '../testing-model.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { type Chunk, drawChunks } from './draw-chunks.ts';
import { drawRows } from './draw-rows.ts';
import { drawOnThreads } from './drawing-threads.ts';
import { DrawnRecords } from './drawn-records.ts';
import { generate } from './generate.ts';
import { byRecords, openGeneration } from './generation.ts';
import { merge } from './merge.ts';
import { shapedPatients } from './shaped-patients.ts';

const at = ownFolder();
const coins = () =>
  byRecords(coinModel(), new DrawnRecords(COINS, { levels: {}, minPatients: 10, rare: 'drop' }), 'cpu');

async function recordsOf(folder: string): Promise<PatientRecord[]> {
  const found: PatientRecord[] = [];
  for await (const record of readRecords(at(folder, 'records.ndjson.gz'))) found.push(record);
  return found;
}

describe('patients of a model of records', () => {
  beforeAll(async () => {
    await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
    await train(at('cohort'), {
      model: 'visits',
      out: at('model'),
      settings: { epochs: 1, hidden: 8 },
      engine: 'wasm',
    });
  });

  it('are written as others are: records, and the rows that an encoder gives of them', async () => {
    const done = await generate(at('model'), { number: 60, seed: 4, out: at('synth'), engine: 'wasm', workers: 1 });
    // Nothing is repaired, and nothing is said of it.
    expect(done).toEqual({ out: at('synth'), patients: 60 });
    const records = await recordsOf('synth');
    const matrix = await loadMatrix(at('synth'));
    expect(matrix.ids).toEqual(records.map(({ id }) => id));
    expect(new Set(matrix.ids).size).toBe(60);
    const columns = await loadColumns(at('cohort', 'train'));
    expect(matrix.columns).toEqual(columns);
    const encoder = new Encoder(columns, await readEncoding(at('cohort')), new Vocabulary());
    records.forEach((record, row) => expect(matrix.entries(row)).toEqual(encoder.rowOf(record)));
    expect(records.some(({ events }) => events.length > 0)).toBe(true);
  });

  it('are the same on several threads', async () => {
    const setting = { model: at('model'), engine: 'wasm', number: 120, seed: 4 };
    const chunks = [0, 1, 2, 3].map((i) => [30 * i, 30 * (i + 1)] as const);
    const all = async (drawn: AsyncIterable<Chunk>) => {
      const found: Chunk[] = [];
      for await (const chunk of drawn) found.push(chunk);
      return found;
    };
    const here = await all(drawChunks(chunks, await openGeneration(at('model'), 4, 'wasm'), setting));
    expect(here.map(({ ids, repairs }) => [ids.length, repairs])).toEqual(chunks.map(() => [30, undefined]));
    expect(await all(drawOnThreads(chunks, 2, setting))).toEqual(here);
  });

  it('are the same in shards, which together are the run', async () => {
    const run = { number: 90, seed: 4, engine: 'wasm', workers: 1 } as const;
    await generate(at('model'), { ...run, out: at('one') });
    for (const part of [1, 2] as const)
      await generate(at('model'), { ...run, out: at(`part${part}`), shard: [part, 2] });
    await merge([at('part2'), at('part1')], { out: at('merged') });
    const matrix = (folder: string) => readFileSync(at(folder, 'matrix.npz'));
    expect(matrix('merged').equals(matrix('one'))).toBe(true);
    expect(await recordsOf('merged')).toEqual(await recordsOf('one'));
  });
});

it('a patient who has nothing is written too', async () => {
  mkdirSync(at('coins'));
  const setting = { model: '', engine: 'cpu', number: 200, seed: 1 };
  await drawRows(at('coins'), coins(), [0, 200], 1, setting, {});
  const [records, matrix] = [await recordsOf('coins'), await loadMatrix(at('coins'))];
  expect(records).toHaveLength(200);
  expect(matrix.rows).toBe(200);
  // Sex alone: without a visit there is no age.
  expect(records[3]).toMatchObject({ encounters: [], events: [] });
  expect(matrix.entries(3)).toEqual([[records[3].sex === 'female' ? 0 : 1, 1]]);
});

describe('patients of a shape', () => {
  const share = (patients: { record: PatientRecord }[], of: (record: PatientRecord) => boolean) =>
    patients.filter(({ record }) => of(record)).length / patients.length;
  async function shaped(wanted: object, number = 300) {
    const { patients, report } = await shapedPatients(coins(), { seed: 1, number, ...wanted });
    const found: { record: PatientRecord }[] = [];
    for await (const patient of patients) found.push(patient);
    return { found, report: report() };
  }

  it('are such, and have the shares that were asked for, in their records', async () => {
    const { found, report } = await shaped({ where: ['sex=female'], setPrevalence: ['heads=0.8'] });
    expect(found).toHaveLength(300);
    expect(share(found, ({ sex }) => sex === 'female')).toBe(1);
    const heads = share(found, ({ events }) => events.some(({ code }) => code.code === 'heads'));
    expect(Math.abs(heads - 0.8)).toBeLessThan(0.1);
    expect(report.margins[0]).toMatchObject({ name: 'heads', target: 0.8, reached: heads, isReached: true });
  });

  it('are balanced', async () => {
    const { found } = await shaped({ balance: ['sex=female:0.9/male:0.1'] });
    expect(Math.abs(share(found, ({ sex }) => sex === 'female') - 0.9)).toBeLessThan(0.07);
  });

  it('are refused where there is no such code', async () => {
    await expect(shaped({ where: ['code=E11'] })).rejects.toThrow(ShapeOptionError);
  });
});
