import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { InvalidOptionsError, StoppedError } from '../errors.ts';
import { generate } from '../generation/generate.ts';
import type { PipelineEvent } from '../run/events.ts';
import { ownFolder, simulated, typesOf } from '../testing.ts';
import { NoEpochsError } from './errors.ts';
import { train } from './train.ts';
import type { TrainOptions } from './train-options.ts';

const at = ownFolder();
const model = 'autoregressive';
const settings = { epochs: 3, hidden: 8 };
const runOf = (folder: string) => JSON.parse(readFileSync(at(folder, 'run.json'), 'utf8'));

beforeAll(async () => {
  await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
});

it('reports each stage, and gives what it came to', async () => {
  const events: PipelineEvent[] = [];
  const trained = await train(
    at('cohort'),
    { out: at('model'), model, settings, engine: 'wasm', canaries: 5 },
    { onEvent: (event) => void events.push(event) },
  );
  expect(typesOf(events)).toEqual(['work', 'progress', 'work-end', 'training', 'epoch', 'trained', 'drawn', 'advice']);
  const works = events.flatMap((event) => (event.type === 'work' ? [event.work] : []));
  expect(works).toEqual(['Learning the timeline', 'Training']);
  expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(3);
  expect(trained).toMatchObject({ model: 'autoregressive', canaries: { canaries: 5 }, last: { epoch: 3 } });
  const { drawn } = trained;
  expect(drawn).toMatchObject({ patients: expect.any(Number), r: expect.any(Number) });
  expect(drawn.codesPerPatient.real).toBeGreaterThan(5);
  expect(runOf('model')).toMatchObject({
    command: 'train',
    counts: { patients: trained.patients, codes: trained.codes },
    options: { model: 'autoregressive', epochs: 3, canaries: 5, engine: 'wasm' },
  });
});

it('advises more epochs where the loss on patients set aside was still falling', async () => {
  const advice: string[] = [];
  const onEvent = (event: PipelineEvent) => void (event.type === 'advice' && advice.push(event.text));
  const short = { epochs: 8, hidden: 32, learningRate: 1e-3 };
  await train(at('cohort'), { out: at('short'), model, settings: short, engine: 'wasm' }, { onEvent });
  expect(advice[0]).toBe(
    'The validation loss was still falling at the last epoch, which is the best one: train longer, with --epochs 16.',
  );
});

it('ends where the loss on patients set aside no longer falls, and says which epoch it keeps', async () => {
  const notes: string[] = [];
  const onEvent = (event: PipelineEvent) => void (event.type === 'note' && notes.push(event.text));
  const long = { epochs: 200, patience: 2, hidden: 64, learningRate: 0.02, dropout: 0 };
  const { last } = await train(at('cohort'), { out: at('long'), model, settings: long, engine: 'wasm' }, { onEvent });
  expect(last!.epoch).toBeLessThan(200);
  expect(notes.join()).toContain(`Training ended early, after ${last!.epoch} of 200 epochs`);
  expect(notes.join()).toContain(`lowest at epoch ${last!.epoch - 2} (`);
});

it.each([
  ['between epochs', 2],
  ['in the calibration that follows the last epoch', 3],
])('is stopped by a signal %s, and goes on to the very model that it would have been', async (_, lastEpoch) => {
  const whole = { model, settings, engine: 'wasm', seed: 2 } as const;
  const parts = `parts-${lastEpoch}`;
  await train(at('cohort'), { ...whole, force: true, out: at('whole') });
  const stopped = new AbortController();
  const onEvent = (event: PipelineEvent) => {
    if (event.type === 'epoch' && event.epoch.epoch === lastEpoch) stopped.abort();
  };
  const given = { ...whole, out: at(parts) };
  await expect(train(at('cohort'), given, { onEvent, signal: stopped.signal })).rejects.toThrow(StoppedError);
  expect(existsSync(at(parts))).toBe(false);
  expect(readdirSync(at(`.${parts}.checkpoint`))).toContain('training.jsonl');
  const events: PipelineEvent[] = [];
  const resuming = { ...given, resume: true };
  const resumed = await train(at('cohort'), resuming, { onEvent: (event) => void events.push(event) });
  const [trained] = events.flatMap((event) => (event.type === 'trained' ? [event] : []));
  for (const last of [resumed.last, trained.last, runOf(parts).counts.last])
    expect(last).toMatchObject({ epoch: 3, losses: { validation: expect.any(Number) } });
  expect(existsSync(at(`.${parts}.checkpoint`))).toBe(false);
  const drawn = (model: string) =>
    generate(at(model), { number: 40, out: at(`${model}-synth`), engine: 'wasm', force: true });
  for (const model of ['whole', parts]) await drawn(model);
  const matrix = (model: string) => readFileSync(at(`${model}-synth`, 'matrix.npz'));
  expect(matrix(parts).equals(matrix('whole'))).toBe(true);
});

it.each([
  ['', {}],
  [', in private', { dpEpsilon: 5, dpDelta: 0.001, dpPublic: ['columns', 'timeline'] }],
] as [string, Partial<TrainOptions>][])('goes on with the cohort of its checkpoint alone%s', async (_, budget) => {
  const given: TrainOptions = { model, settings, engine: 'wasm', ...budget, out: at(`stopped-${budget.dpEpsilon}`) };
  const stopped = new AbortController();
  const onEvent = ({ type }: PipelineEvent) => type === 'epoch' && stopped.abort();
  await expect(train(at('cohort'), given, { onEvent, signal: stopped.signal })).rejects.toThrow(StoppedError);
  await ingest(simulated(150), { out: at('other'), minPatients: 4, force: true });
  await ingest(simulated(160), { out: at('again'), minPatients: 4, force: true });
  const resumed = (cohort: string) => train(at(cohort), { ...given, resume: true });
  await expect(resumed('other')).rejects.toThrow('The checkpoint belongs to a different cohort');
  // In private nothing is kept by which it would be known again.
  if (budget.dpEpsilon) await expect(resumed('again')).rejects.toThrow('The checkpoint belongs to a different cohort');
  expect(await resumed(budget.dpEpsilon ? 'cohort' : 'again')).toMatchObject({ last: { epoch: 3 } });
});

it('says that a model which is only pre-trained has learned no more than that', async () => {
  const notes: string[] = [];
  const onEvent = (event: PipelineEvent) => void (event.type === 'note' && notes.push(event.text));
  const first = { epochs: 0, pretrainEpochs: 2, embedding: 8 };
  await train(at('cohort'), { out: at('first'), model: 'medgan', settings: first, engine: 'wasm' }, { onEvent });
  expect(notes.join()).toContain('--epochs 0: only pre-training, 2 epochs');
});

it('refuses options that it does not have, and values that cannot be, before it reads anything', async () => {
  const unknown = { out: at('none'), epochs: 3 } as never;
  await expect(train(at('nowhere'), unknown)).rejects.toThrow(InvalidOptionsError);
  await expect(train(at('nowhere'), { out: at('none'), canaries: -1 })).rejects.toThrow(/canaries/);
  await expect(train(at('cohort'), { out: at('none'), settings: { epochs: 1.5 } })).rejects.toThrow(/epochs/);
  for (const [name, none] of [
    [model, { epochs: 0 }],
    ['medgan', { epochs: 0, pretrainEpochs: 0 }],
  ] as const)
    await expect(train(at('cohort'), { out: at('none'), model: name, settings: none })).rejects.toThrow(NoEpochsError);
  await expect(train(at('cohort'), { out: at('none'), dpDelta: 1e-4 })).rejects.toThrow(/--dp-epsilon/);
  expect(existsSync(at('none'))).toBe(false);
});
