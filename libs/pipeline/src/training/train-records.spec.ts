import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { loadMatrix } from '@ehrsynth/matrix';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { StoppedError } from '../errors.ts';
import { generate } from '../generation/generate.ts';
import type { PipelineEvent } from '../run/events.ts';
import { ownFolder, simulated } from '../testing.ts';
import { canariesOf } from './canaries.ts';
import { train } from './train.ts';

const at = ownFolder();
const PATIENTS = 100;
const options = { settings: { epochs: 3, hidden: 8 }, engine: 'wasm' } as const;

const events: PipelineEvent[] = [];
let trained: Awaited<ReturnType<typeof train>>;

beforeAll(async () => {
  await ingest(simulated(PATIENTS), { out: at('cohort'), minPatients: 4 });
  const onEvent = (event: PipelineEvent) => void events.push(event);
  trained = await train(at('cohort'), { ...options, out: at('model') }, { onEvent });
});

it('the default is a model of records: it learns no timeline, its folder has what gives rows of the records that it draws', () => {
  const works = events.flatMap((event) => (event.type === 'work' ? [event.work] : []));
  expect(works).toEqual(['Training']);
  expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(3);
  expect(trained).toMatchObject({ model: 'visits', last: { epoch: 3, epochs: 3 } });
  expect(existsSync(at('model', 'timeline.json'))).toBe(false);
  // What no token says is counted, in multiples of the patients that a code must have.
  const { leftOut, drawn } = trained;
  expect(drawn).toMatchObject({ r: expect.any(Number), codesPerPatient: { real: expect.any(Number) } });
  expect(leftOut!.events).toBeGreaterThan(500);
  expect(leftOut!.rareEvents).toBeGreaterThan(0);
  for (const count of Object.values(leftOut!)) expect(count % 4).toBe(0);
  const encoding = (folder: string) => JSON.parse(readFileSync(at(folder, 'encoding.json'), 'utf8'));
  expect(encoding('model')).toEqual(encoding('cohort'));
  const run = JSON.parse(readFileSync(at('model', 'run.json'), 'utf8'));
  expect(run).toMatchObject({
    command: 'train',
    options: { model: 'visits', epochs: 3, hidden: 8 },
    counts: { leftOut },
  });
  expect(run.outputs.map(({ name }: { name: string }) => name)).toContain('encoding.json');
});

it('it is stopped by a signal, and goes on to the very model that it would have been', async () => {
  const stopped = new AbortController();
  const onEvent = (event: PipelineEvent) => {
    if (event.type === 'epoch' && event.epoch.epoch === 2) stopped.abort();
  };
  const given = { ...options, out: at('parts') };
  await expect(train(at('cohort'), given, { onEvent, signal: stopped.signal })).rejects.toThrow(StoppedError);
  expect(existsSync(at('parts'))).toBe(false);
  expect(readdirSync(at('.parts.checkpoint'))).toContain('training.jsonl');
  await train(at('cohort'), { ...given, resume: true });
  expect(existsSync(at('.parts.checkpoint'))).toBe(false);
  const drawn = async (model: string) => {
    await generate(at(model), { number: 40, out: at(`${model}-synth`), engine: 'wasm', workers: 1 });
    return readFileSync(at(`${model}-synth`, 'records.ndjson.gz'));
  };
  expect((await drawn('parts')).equals(await drawn('model'))).toBe(true);
});

it('it is trained with differential privacy from the same command, and draws records; canaries count as patients, and nobody is looked at for them', async () => {
  const losses: object[] = [];
  const notes: string[] = [];
  const onEvent = (event: PipelineEvent) => {
    if (event.type === 'epoch') losses.push(event.epoch.losses);
    if (event.type === 'note') notes.push(event.text);
  };
  const dp = { dpEpsilon: 8, dpDelta: 1e-3, dpPublic: ['columns' as const], canaries: 5, canaryRepeats: 2 };
  const settings = { epochs: 1, hidden: 2, batchRows: 30 };
  const given = { ...options, ...dp, model: 'visits' as const, settings, out: at('private') };
  const { canaries, privacy, patients } = await train(at('cohort'), given, { onEvent });
  expect(privacy!.samplingRate).toBeCloseTo(30 / (patients + 10), 12);
  expect(privacy!.steps).toBe(Math.ceil(1 / privacy!.samplingRate));
  expect(privacy!.epsilon).toBeLessThanOrEqual(8);
  expect(losses).toEqual(Array(Math.ceil(privacy!.steps / Math.round(1 / privacy!.samplingRate))).fill({}));
  expect(notes.join()).toMatch(/without their values/);
  expect(canaries).toMatchObject({ canaries: 5, codes: 10 });
  expect(canaries!.byReconstruction.mean.lower).toBeLessThan(4);
  const file = (name: string) => JSON.parse(readFileSync(at('private', name), 'utf8'));
  expect(file('privacy.json')).toEqual(privacy);
  expect(file('run.json').inputs).toEqual([]);
  // How much is left out depends on the patients, and is outside of the budget.
  expect(file('run.json').counts).not.toHaveProperty('leftOut');
  // So does how common codes are among them.
  expect(file('run.json').counts.drawn).toEqual({
    patients: expect.any(Number),
    codesPerPatient: { drawn: expect.any(Number) },
  });
  expect(file('model.json').learned.dictionary.sexes).toEqual(['female', 'male', 'other', 'unknown']);
  await generate(at('private'), { number: 10, out: at('private-synth'), engine: 'wasm', workers: 1 });
});

it('canaries are lives among the others: planted often they are remembered, and those that never were are not', async () => {
  const settings = { epochs: 8, hidden: 16, learningRate: 0.01, dropout: 0 };
  const given = { ...options, model: 'visits' as const, settings, out: at('watched'), canaries: 6, canaryRepeats: 25 };
  const { canaries, patients } = await train(at('cohort'), given);
  const { mean, unplanted, candidates } = canaries!.byReconstruction;
  expect(candidates).toBeGreaterThanOrEqual(1000);
  expect(mean.lower).toBeGreaterThan(unplanted + 2);
  // They are no patients of the cohort, and nobody who sees the report can draw them again.
  expect(patients).toBeLessThan(PATIENTS);
  expect(canaries).not.toHaveProperty('seed');
  await generate(at('watched'), { number: 20, out: at('watched-synth'), engine: 'wasm', workers: 1 });
  const found = await canariesOf(at('watched'), await loadMatrix(at('watched-synth')));
  expect(found).toMatchObject({ canaries: 6, repeats: 25, byReconstruction: { mean } });
  expect(found!.bySamples!.canaries).toHaveLength(6);
});
