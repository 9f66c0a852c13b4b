import { existsSync, readFileSync } from 'node:fs';
import { type Message, type Sites, SiteRefusedError } from '@ehrsynth/federation';
import { beforeAll, describe, expect, it } from 'vitest';
import { StoppedError } from '../errors.ts';
import { generate } from '../generation/generate.ts';
import { readTrainingLog } from '../training/training-log.ts';
import type { PipelineEvent } from '../run/events.ts';
import { ownFolder } from '../testing.ts';
import { privacyOf } from '../training/privacy-budget.ts';
import { TooFewSitesError } from './ask-sites.ts';
import { siteOf, sitesOf, splitPatients } from './testing.ts';
import { trainShared } from './train-shared.ts';

const at = ownFolder();
const K = 4;
const [northern, southern] = splitPatients(100, 2);
const settings = { epochs: 3, hidden: 8 };
const lives = { settings: { epochs: 2, hidden: 8 }, engine: 'wasm' } as const;
const options = { settings, model: 'autoregressive', engine: 'wasm' } as const;

type Hear = Parameters<typeof sitesOf>[1];
let sites: (hear?: Hear) => Sites;
const heard: { request: Message; answer: Message }[] = [];

beforeAll(async () => {
  const [north, south] = [await siteOf(northern, at('north')), await siteOf(southern, at('south'))];
  sites = (hear) => sitesOf({ north, south }, hear);
});

const weightsOf = (folder: string) => readFileSync(at(folder, 'weights.bin'));

describe('whole lives of two sites', () => {
  const events: PipelineEvent[] = [];

  beforeAll(async () => {
    const hear: Hear = (_, request, answer) => {
      heard.push({ request, answer });
      return answer;
    };
    const onEvent = (event: PipelineEvent) => void events.push(event);
    await trainShared(sites(hear), { ...lives, out: at('model') }, { roundsPerEpoch: 2 }, { onEvent });
  });

  it('writes a model from which patients are generated, and a log of the loss of all that was set aside', async () => {
    const generated = await generate(at('model'), { out: at('synth'), number: 20, engine: 'wasm' });
    expect(generated.patients).toBe(20);
    const log = readTrainingLog(at('model'));
    expect(log.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(log[1].losses.validation).toBeLessThan(log[0].losses.validation);
    const run = JSON.parse(readFileSync(at('model', 'run.json'), 'utf8'));
    expect(run.counts).toMatchObject({
      patients: 100,
      sites: [
        { name: 'north', patients: 50 },
        { name: 'south', patients: 50 },
      ],
    });
    expect(existsSync(at('.model.checkpoint'))).toBe(false);
    // A model that learned from them draws about as many codes.
    const drawn = events.find(({ type }) => type === 'drawn');
    expect(drawn).toMatchObject({ drawn: { r: expect.any(Number) } });
  });

  it('gets from the sites counts of enough patients, changes and sums of losses, and no patient', () => {
    const asked = heard.map(({ request }) => request.head.ask);
    expect(new Set(asked)).toEqual(new Set(['describe', 'begin', 'plan', 'agree', 'round', 'validate']));
    expect(asked.filter((ask) => ask === 'round')).toHaveLength(2 * 2 * 2);
    const text = heard.map(({ answer }) => JSON.stringify(answer.head)).join();
    for (const { id, birthDate } of [...northern, ...southern]) {
      expect(text).not.toContain(`"${id}"`);
      expect(text).not.toContain(birthDate);
    }
    for (const { request, answer } of heard) {
      if (request.head.ask === 'plan')
        for (const own of Object.values(answer.numbers))
          expect(own.every((count: number) => count === 0 || count >= K)).toBe(true);
      if (request.head.ask === 'describe')
        for (const { patients } of answer.head.columns as { patients: number }[])
          expect(patients).toBeGreaterThanOrEqual(K);
      if (request.head.ask === 'begin')
        for (const count of answer.head.carriers as number[]) expect(count === 0 || count >= K).toBe(true);
    }
  });
});

describe('a training of two sites', () => {
  const twice = { roundsPerEpoch: 2 };

  it('comes out the same again', async () => {
    await trainShared(sites(), { ...options, out: at('one') }, twice);
    await trainShared(sites(), { ...options, out: at('again') }, twice);
    expect(weightsOf('again')).toEqual(weightsOf('one'));
  });

  it('that was stopped goes on to the same end, at sites that were started anew meanwhile', async () => {
    const stop = new AbortController();
    let rounds = 0;
    const hear: Hear = (_, { head }, answer) => {
      if (head.ask === 'round' && ++rounds === 6) stop.abort();
      return answer;
    };
    const out = at('stopped');
    const stopped = trainShared(sites(hear), { ...options, out }, twice, { signal: stop.signal });
    await expect(stopped).rejects.toThrow(StoppedError);
    expect(existsSync(out)).toBe(false);
    const fresh = sitesOf({ north: await siteOf(northern, at('north')), south: await siteOf(southern, at('south')) });
    await trainShared(fresh, { ...options, out, resume: true }, twice);
    expect(weightsOf('stopped')).toEqual(weightsOf('one'));
  });
});

describe('a site that fails', () => {
  /** North answers a round with what `make` gives. */
  const wrongly =
    (make: (answer: Message) => Message): Hear =>
    (site, { head }, answer) =>
      site === 'north' && head.ask === 'round' ? make(answer) : answer;
  const train = (hear: Hear, out: string, atLeast?: number, running = {}) =>
    trainShared(sites(hear), { ...options, out: at(out) }, { atLeast }, running);

  it.each([
    [
      'a number that is none',
      (numbers: Message['numbers']) => ({ ...numbers, 'last.bias': numbers['last.bias'].map(() => NaN) }),
      /Site north: its answer is not valid: last\.bias contains a number that is not finite/,
    ],
    [
      'too few numbers',
      (numbers: Message['numbers']) => ({ ...numbers, 'last.bias': Float32Array.of(1) }),
      /Site north: .*last\.bias has 1 numbers/,
    ],
    [
      'other weights',
      ({ 'first.bias': bias }: Message['numbers']) => ({ 'first.bias': bias }),
      /Site north: .*is missing/,
    ],
  ])('with %s is refused by name', async (_, change, fault) => {
    const hear = wrongly(({ head, numbers }) => ({ head, numbers: change(numbers) }));
    const failed = expect(train(hear, 'wrong')).rejects;
    await failed.toThrow(TooFewSitesError);
    await failed.toThrow(fault);
  });

  it('is left out where enough others answer, which is said once', async () => {
    const notes: string[] = [];
    const onEvent = (event: PipelineEvent) => void (event.type === 'note' && notes.push(event.text));
    const hear = wrongly(() => {
      throw new Error('the cable is cut');
    });
    await train(hear, 'without', 1, { onEvent });
    expect(notes).toEqual([expect.stringMatching(/Site north: the cable is cut: continuing without this site/)]);
    expect(existsSync(at('without', 'weights.bin'))).toBe(true);
  });

  it('stops a training that needs it, which goes on once it is back', async () => {
    let rounds = 0;
    const hear: Hear = (site, { head }, answer) => {
      if (site === 'north' && head.ask === 'round' && ++rounds > 2) throw new Error('the cable is cut');
      return answer;
    };
    await expect(train(hear, 'cut')).rejects.toThrow(/Fewer than 2 sites answered/);
    const given = { ...options, out: at('cut') };
    await trainShared(sites(), { ...given, resume: true });
    await trainShared(sites(), { ...given, out: at('uncut') });
    expect(weightsOf('cut')).toEqual(weightsOf('uncut'));
  });
});

it('models of opponents cannot be averaged, and what patients would be needed for is refused', async () => {
  await expect(trainShared(sites(), { ...options, model: 'medgan', out: at('gan') })).rejects.toThrow(
    /visits, autoregressive, vae/,
  );
  await expect(trainShared(sites(), { ...options, canaries: 5, out: at('gan') })).rejects.toThrow(
    /--canaries has no effect with --federated/,
  );
});

describe('with differential privacy', () => {
  const privacy = { epsilon: 8, delta: 0.005, public: ['columns' as const, 'timeline' as const] };
  const asked = { ...options, settings: { epochs: 2, hidden: 8, batchSize: 10 }, dpEpsilon: 6, dpDelta: 0.004 };

  it('each site states what it spends, and gives no count and no loss', async () => {
    const answers: Message[] = [];
    const strict = sitesOf(
      { north: await siteOf(northern, at('p1'), { privacy }), south: await siteOf(southern, at('p2'), { privacy }) },
      (_, request, answer) => {
        answers.push({ ...answer, head: { ...answer.head, ask: request.head.ask } });
        return answer;
      },
    );
    const { privacy: stated } = await trainShared(strict, { ...asked, out: at('private') }, { roundsPerEpoch: 2 });
    expect(stated!.epsilon).toBeGreaterThan(5);
    expect(stated!.epsilon).toBeLessThanOrEqual(6);
    const kept = await privacyOf(at('private'));
    expect(kept!.sites).toEqual(
      ['north', 'south'].map((site) => ({ site, patients: 50, epsilon: stated!.epsilon, delta: 0.004 })),
    );
    for (const { head } of answers) {
      expect(head.loss).toBeUndefined();
      for (const { patients } of (head.columns ?? []) as { patients?: number }[]) expect(patients).toBeUndefined();
      for (const count of (head.carriers ?? []) as number[]) expect(count).toBe(0);
      expect(head.ask).not.toBe('validate');
    }
  });

  it('a site that asks for it takes part in no training without, and in none that spends more', async () => {
    const strict = sitesOf({ north: await siteOf(northern, at('p3'), { privacy }) });
    const out = at('refused');
    await expect(trainShared(strict, { ...options, out })).rejects.toThrow(SiteRefusedError);
    await expect(trainShared(strict, { ...options, out })).rejects.toThrow(
      /Site north: .*requires differential privacy/,
    );
    await expect(trainShared(strict, { ...asked, dpEpsilon: 9, out })).rejects.toThrow(/allows ε 8 at δ 0.005/);
    // Two trainings of ε 6 would be more than 8.
    await trainShared(strict, { ...asked, out });
    await expect(trainShared(strict, { ...asked, dpDelta: 0.0005, out: at('more') })).rejects.toThrow(
      /including earlier trainings/,
    );
  });
});
