import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { DrawingThreadError } from '../errors.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { type Chunk, chunksOf, drawChunks } from './draw-chunks.ts';
import { drawOnThreads } from './drawing-threads.ts';
import { generate, threadsFor } from './generate.ts';
import { openGeneration } from './generation.ts';

const at = ownFolder();

beforeAll(async () => {
  await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
  await train(at('cohort'), {
    out: at('model'),
    model: 'autoregressive',
    settings: { epochs: 2, hidden: 8 },
    engine: 'wasm',
  });
});

const setting = (model = at('model')) => ({ model, engine: 'wasm', number: 5000, seed: 4 });

async function all(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const found: Chunk[] = [];
  for await (const chunk of chunks) found.push(chunk);
  return found;
}

it('chunks begin at the same rows whatever the range, and leave none out', () => {
  expect(chunksOf([0, 2500])).toEqual([
    [0, 1000],
    [1000, 2000],
    [2000, 2500],
  ]);
  expect(chunksOf([833, 1666])).toEqual([
    [833, 1000],
    [1000, 1666],
  ]);
  expect(chunksOf([5, 5])).toEqual([]);
});

it('threads draw what this one draws, in its order', async () => {
  // Chunks that end within a block of the model, too.
  const chunks = [0, 1, 2, 3, 4].map((i) => [30 * i, 30 * (i + 1)] as const);
  const generation = await openGeneration(at('model'), 4, 'wasm');
  const here = await all(drawChunks(chunks, generation, setting()));
  expect(here.map(({ ids }) => ids.length)).toEqual([30, 30, 30, 30, 30]);
  expect(here.reduce((sum, { repairs }) => sum + repairs!.rows, 0)).toBe(150);
  expect(await all(drawOnThreads(chunks, 4, setting()))).toEqual(here);
});

it('a run on several threads writes the very bytes of a run on one', async () => {
  const run = { number: 3100, seed: 4, engine: 'wasm' } as const;
  const [one, two] = [
    await generate(at('model'), { ...run, out: at('one'), workers: 1 }),
    await generate(at('model'), { ...run, out: at('two'), workers: 2 }),
  ];
  for (const file of ['records.ndjson.gz', 'matrix.npz', 'rows.parquet', 'columns.json'])
    expect(readFileSync(at('two', file)).equals(readFileSync(at('one', file))), file).toBe(true);
  expect(two).toEqual({ ...one, out: at('two') });
  expect(one.repairs!.rows).toBe(3100);
  const lines = gunzipSync(readFileSync(at('one', 'records.ndjson.gz')))
    .toString()
    .trim()
    .split('\n');
  expect(lines).toHaveLength(3100);
  expect(new Set(lines.map((line) => JSON.parse(line).id)).size).toBe(3100);
});

it('a signal ends it, on one thread and on two: its reason is thrown, and nothing is left', async () => {
  for (const workers of [1, 2]) {
    const stop = new AbortController();
    const reason = new Error('enough');
    const onEvent = ({ type }: { type: string }) => void (type === 'progress' && stop.abort(reason));
    const run = { number: 20_000, out: at('stopped'), engine: 'wasm', workers } as const;
    await expect(generate(at('model'), run, { signal: stop.signal, onEvent })).rejects.toBe(reason);
    expect(existsSync(at('stopped'))).toBe(false);
    expect(readdirSync(at()).filter((name) => name.includes('stopped'))).toEqual([]);
  }
});

it('a thread that cannot go on is reported, and ends the others', async () => {
  await expect(
    all(
      drawOnThreads(
        [
          [0, 10],
          [10, 20],
        ],
        2,
        setting(at('cohort')),
      ),
    ),
  ).rejects.toThrow(DrawingThreadError);
});

it('a model that needs no engine to draw gives the same rows on another', async () => {
  const run = { number: 40, seed: 4, workers: 1 } as const;
  for (const engine of ['wasm', 'cpu'] as const) await generate(at('model'), { ...run, engine, out: at(engine) });
  expect(readFileSync(at('cpu', 'matrix.npz')).equals(readFileSync(at('wasm', 'matrix.npz')))).toBe(true);
});

it('there are no more threads than the machine has GB of memory, however many are asked for', () => {
  expect(threadsFor(1000, 'wasm', 4 * 2 ** 30)).toBe(4);
  expect(threadsFor(3, 'wasm', 4 * 2 ** 30)).toBe(3);
  expect(threadsFor(3, 'wasm', 2 ** 29)).toBe(1);
  expect(() => threadsFor(3, 'webgpu', 4 * 2 ** 30)).toThrow(/--workers only works with the engines onnx, wasm, cpu/);
});
