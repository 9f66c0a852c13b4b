import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadMatrix } from '@ehrsynth/matrix';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Assessment, canariesOf, type PrivacyStatement } from '@ehrsynth/pipeline';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();
const quick = '-m medgan --pretrain-epochs 10 --epochs 15 --engine wasm';

describe('train', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate --world sets -n 400 --seed 3 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 5')).toBe(0);
  });

  it('plants canaries, and measures how well they are remembered', async () => {
    expect(await ehrsynth(`train @cohort -o @watched ${quick} --canaries 12 --canary-repeats 40`)).toBe(0);
    const [, exposure] = /exposure ([\d.]+) bits/.exec(output())!;
    expect(Number(exposure)).toBeGreaterThan(2);
    expect(await ehrsynth('generate @watched -n 60 -o @fromWatched')).toBe(0);
    expect(await ehrsynth('evaluate @cohort @fromWatched -o @watchedReport --outcome I10 --no-histories')).toBe(0);
    expect(output()).toMatch(/Exposure of 12 canaries in the synthetic rows: [\d.-]+ \(/);
    const { canaries, comparison } = JSON.parse(readFileSync(at('watchedReport', 'report.json'), 'utf8')) as Assessment;
    expect(canaries).toMatchObject({ canaries: 12, repeats: 40 });
    expect(canaries!.bySamples!.canaries).toHaveLength(12);
    // By their seed they could be drawn again.
    expect(canaries).not.toHaveProperty('seed');
    expect(readFileSync(at('watchedReport', 'report.html'), 'utf8')).not.toMatch(/"canaries":\{[^{}]*"seed"/);
    expect(comparison.outcome!.outcome.code).toBe('I10');
    expect(await ehrsynth('evaluate @cohort @fromWatched -o @none --outcome NONE')).toBe(2);
    expect(output()).toContain('No column of the cohort has the code NONE');
  });

  it('compares models by what they draw, and goes on after those that were done', async () => {
    const options = '-m chow-liu,marginals --seeds 1,2 -n 200 -o @comparison';
    expect(await ehrsynth(`compare @cohort ${options}`), output()).toBe(0);
    expect(output()).toMatch(
      / +Chow–Liu tree +Independent marginals +real training rows\n[\s\S]*impossible rows % +[\d.]+ \([\d.]+ – [\d.]+\)/,
    );
    const found = JSON.parse(readFileSync(at('comparison', 'comparison.json'), 'utf8')) as {
      model: string;
      seed: number;
      figures: Record<string, number>;
    }[];
    expect(found.map(({ model, seed }) => `${model} ${seed}`)).toEqual([
      'chow-liu 1',
      'chow-liu 2',
      'marginals 1',
      'marginals 2',
    ]);
    const of = (name: string, figure: string) =>
      found.filter(({ model }) => model === name).map(({ figures }) => figures[figure]);
    expect(Math.max(...of('chow-liu', 'impossible rows %'))).toBeLessThan(
      Math.min(...of('marginals', 'impossible rows %')),
    );
    // What was measured before is taken as it was, and only the rest is done.
    mkdirSync(at('.again.checkpoint'));
    writeFileSync(at('.again.checkpoint', 'chow-liu-1.json'), JSON.stringify({ ...found[0], trainSeconds: 12345 }));
    expect(await ehrsynth('compare @cohort -m chow-liu --seeds 1,2 -n 200 -o @again --resume')).toBe(0);
    const again = JSON.parse(readFileSync(at('again', 'comparison.json'), 'utf8')) as {
      trainSeconds: number;
      figures: object;
    }[];
    expect(again[0].trainSeconds).toBe(12345);
    expect(again[1].figures).toEqual(found[1].figures);
  });

  it('searches settings, judged on training patients that are set aside', async () => {
    const options = '-m autoregressive --engine wasm --epochs 2 --set hidden=4,32 --set learning-rate=0.00001,0.01';
    expect(await ehrsynth(`compare @cohort -o @search ${options} --trials 3 -n 200`), output()).toBe(0);
    const found = JSON.parse(readFileSync(at('search', 'comparison.json'), 'utf8')) as {
      settings: object;
      figures: Record<string, number>;
    }[];
    expect(new Set(found.map(({ settings }) => JSON.stringify(settings))).size).toBe(3);
    const best = found.reduce((a, b) => (b.figures['boosted trees AUC'] < a.figures['boosted trees AUC'] ? b : a));
    const [hidden, rate] = Object.values(best.settings) as number[];
    expect(output()).toContain(`-m autoregressive --hidden ${hidden} --learning-rate ${rate} -o model`);
    expect(output()).toContain('Autoregressive, hidden');
    expect(await ehrsynth('compare @cohort -o @search2 -m chow-liu --set hidden=4')).toBe(2);
    expect(output()).toContain('Chow–Liu tree has no --hidden');
    expect(await ehrsynth('compare @cohort -o @search2 -m autoregressive --set hidden=x')).toBe(2);
    expect(output()).toContain('--hidden: ');
  });

  const dp =
    '--engine wasm --epochs 2 --hidden 16 --batch-size 40 --dp-epsilon 5 --dp-delta 0.001 --dp-public columns,timeline';
  const jsonAt = <T>(...parts: string[]) => JSON.parse(readFileSync(at(...parts), 'utf8')) as T;

  it('trains with differential privacy within a budget, and says what it covers', async () => {
    expect(await ehrsynth(`train @cohort -o @private ${dp}`), output()).toBe(0);
    expect(output()).toMatch(/Differential privacy: ε [45]\.\d+ at δ 0\.001 for each patient/);
    expect(output()).toContain('--seed only sets the initial weights');
    expect(output()).not.toContain('seed secret');
    const statement = jsonAt<PrivacyStatement>('private', 'privacy.json');
    expect(statement).toMatchObject({ budget: 5, accountant: 'PRV', delta: 0.001 });
    expect(statement.epsilon).toBeLessThanOrEqual(5);
    expect(statement.epsilon).toBeGreaterThan(4.9);
    expect(statement.epsilon).toBe(statement.prv.upper);
    expect(statement.prv.lower).toBeLessThan(statement.prv.epsilon);
    expect(statement.rdp.epsilon).toBeGreaterThan(statement.epsilon);
    expect(statement.noise.grid * statement.noise.clipInGridSteps).toBe(statement.clip);
    expect(statement.noise.addedDelta).toBeGreaterThan(0);
    expect(statement.noise.addedDelta).toBeLessThan(1e-20);
    expect(Object.keys(statement.public)).toEqual(['columns', 'timeline']);
    expect(await ehrsynth('generate @private -n 30 -o @privateSynth --engine wasm')).toBe(0);
    // Who has all records but one could compare a checksum.
    expect(jsonAt<{ inputs: object[] }>('private', 'run.json').inputs).toEqual([]);
    expect(existsSync(at('.private.checkpoint'))).toBe(false);
    // The same command again: other noise, another model.
    expect(await ehrsynth(`train @cohort -o @again2 ${dp}`)).toBe(0);
    const [a, b] = ['private', 'again2'].map((name) => readFileSync(at(name, 'weights.bin')));
    expect(a.equals(b)).toBe(false);
  });

  it('plants canaries in a private training from a seed of their own, and counts them as rows', async () => {
    expect(await ehrsynth(`train @cohort -o @privateWatched ${dp} --canaries 20 --canary-repeats 2`), output()).toBe(0);
    const patients = jsonAt<{ counts: { patients: number } }>('privateWatched', 'run.json').counts.patients;
    expect(jsonAt<PrivacyStatement>('privateWatched', 'privacy.json').samplingRate).toBeCloseTo(
      40 / (patients + 40),
      12,
    );
    const plan = jsonAt<{ seed: number; codes: number }>('privateWatched', 'canaries.json');
    expect(plan.seed).not.toBe(1);
    expect(plan.codes).toBe(10);
    const report = await canariesOf(at('privateWatched'), await loadMatrix(at('cohort', 'train')));
    expect(report!.bySamples!.canaries).toHaveLength(20);
    // What is reported may be given away; the canaries cannot be drawn again from it.
    expect(report).not.toHaveProperty('seed');
  });

  it.each([
    ['--dp-epsilon 5', '--dp-epsilon needs --dp-delta'],
    ['--dp-delta 0.001', '--dp-delta, --dp-clip and --dp-public only apply with --dp-epsilon'],
    ['--dp-clip 2', '--dp-delta, --dp-clip and --dp-public only apply with --dp-epsilon'],
    ['--dp-epsilon 5 --dp-delta 0.001', 'declare them public with --dp-public columns,timeline'],
    ['-m chow-liu --dp-epsilon 5 --dp-delta 0.001', 'Chow–Liu tree has no --dp-epsilon'],
    [`${dp} --patience 3`, '--patience has no effect with --dp-epsilon'],
    [`${dp} --dropout 0.1`, '--dropout has no effect with --dp-epsilon'],
    [`${dp} --mode count`, '--mode count has no effect with --dp-epsilon'],
    [`${dp} --keep-best`, 'Autoregressive has no --keep-best'],
    [`${dp} --dp-delta 0.01`, 'Give a --dp-delta well below'],
    [`${dp} --dp-delta 0`, 'δ is 0; it must be at least 1e-10'],
    [`${dp} --dp-epsilon 500`, 'ε is 500; it must be from 0.01 to 100'],
    [`${dp} --dp-epsilon 1e-7`, 'ε is 1e-7; it must be from 0.01 to 100'],
    [`${dp} --epochs 0`, 'With --epochs 0 Autoregressive would learn nothing'],
    ['-m visits --epochs 0', 'would learn nothing'],
  ])('refuses %s in words', async (options, words) => {
    expect(await ehrsynth(`train @cohort -o @refused ${options}`)).toBe(2);
    expect(output()).toContain(words);
    expect(existsSync(at('refused'))).toBe(false);
  });
});
