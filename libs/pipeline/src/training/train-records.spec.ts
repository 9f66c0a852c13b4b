import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { IncompleteOptionsError, StoppedError } from '../errors.ts';
import { generate } from '../generation/generate.ts';
import type { PipelineEvent } from '../run/events.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from './train.ts';

const at = ownFolder();
const options = { settings: { epochs: 3, hidden: 8 }, engine: 'wasm' } as const;

beforeAll(async () => {
  await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
});

it('the default is a model of records: it learns no timeline, its folder has what gives rows of the records that it draws', async () => {
  const events: PipelineEvent[] = [];
  const onEvent = (event: PipelineEvent) => void events.push(event);
  const trained = await train(at('cohort'), { ...options, out: at('model') }, { onEvent });
  const works = events.flatMap((event) => (event.type === 'work' ? [event.work] : []));
  expect(works).toEqual(['Training']);
  expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(3);
  expect(trained).toMatchObject({ model: 'visits', last: { epoch: 3, epochs: 3 } });
  expect(existsSync(at('model', 'timeline.json'))).toBe(false);
  const encoding = (folder: string) => JSON.parse(readFileSync(at(folder, 'encoding.json'), 'utf8'));
  expect(encoding('model')).toEqual(encoding('cohort'));
  const run = JSON.parse(readFileSync(at('model', 'run.json'), 'utf8'));
  expect(run).toMatchObject({ command: 'train', options: { model: 'visits', epochs: 3, hidden: 8 } });
  expect(run.outputs.map(({ name }: { name: string }) => name)).toContain('encoding.json');
});

it('it is stopped by a signal, and goes on to the very model that it would have been', async () => {
  await train(at('cohort'), { ...options, out: at('whole') });
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
  expect((await drawn('parts')).equals(await drawn('whole'))).toBe(true);
});

it('it is trained with differential privacy from the same command, and draws records', async () => {
  const events: PipelineEvent[] = [];
  const onEvent = (event: PipelineEvent) => void events.push(event);
  const dp = { dpEpsilon: 8, dpDelta: 1e-3, dpPublic: ['columns' as const] };
  const settings = { epochs: 2, hidden: 2, batchRows: 40 };
  const { privacy, patients } = await train(
    at('cohort'),
    { ...options, ...dp, model: 'visits', settings, out: at('private') },
    { onEvent },
  );
  expect(privacy!.samplingRate).toBeCloseTo(40 / patients, 12);
  expect(privacy!.steps).toBe(Math.ceil(2 / privacy!.samplingRate));
  expect(privacy!.epsilon).toBeLessThanOrEqual(8);
  expect(events.filter((event) => event.type === 'epoch').map(({ epoch }) => epoch.losses)).toEqual(
    Array(Math.ceil(privacy!.steps / Math.round(1 / privacy!.samplingRate))).fill({}),
  );
  expect(events.flatMap((event) => (event.type === 'note' ? [event.text] : [])).join()).toMatch(/without their values/);
  const file = (name: string) => JSON.parse(readFileSync(at('private', name), 'utf8'));
  expect(file('privacy.json')).toEqual(privacy);
  expect(file('run.json').inputs).toEqual([]);
  expect(file('model.json').learned.dictionary.sexes).toEqual(['female', 'male', 'other', 'unknown']);
  await generate(at('private'), { number: 10, out: at('private-synth'), engine: 'wasm', workers: 1 });
});

it('canaries, which are rows, are refused before anything is read', async () => {
  const refused = train(at('nowhere'), { ...options, model: 'visits', out: at('none'), canaries: 3 });
  await expect(refused).rejects.toThrow(IncompleteOptionsError);
  await expect(refused).rejects.toThrow(/--canaries are rows: .* not with -m visits/);
});
