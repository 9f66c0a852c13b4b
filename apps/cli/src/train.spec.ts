import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Assessment } from './assess.ts';
import type { PrivacyStatement } from './privacy-budget.ts';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();
const quick = '-m medgan --pretrain-epochs 10 --epochs 15 --engine wasm';

describe('train', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate -n 400 --seed 3 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 5')).toBe(0);
  });

  it('plants canaries, and tells how well they are remembered', async () => {
    expect(await ehrsynth(`train @cohort -o @watched ${quick} --canaries 12 --canary-repeats 40`)).toBe(0);
    const [, exposure] = /exposure ([\d.]+) bits/.exec(output())!;
    expect(Number(exposure)).toBeGreaterThan(2);
    expect(await ehrsynth('generate @watched -n 60 -o @fromWatched')).toBe(0);
    expect(await ehrsynth('evaluate @cohort @fromWatched -o @watchedReport --outcome I10')).toBe(0);
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
  }); // prettier-ignore

  it('compares models by what they draw, and goes on after those that were done', async () => {
    const options = '-m chow-liu,marginals --seeds 1,2 -n 200 -o @comparison';
    expect(await ehrsynth(`compare @cohort ${options}`), output()).toBe(0);
    expect(output()).toMatch(/ +Chow–Liu tree +Independent marginals +real training rows\n[\s\S]*impossible rows % +[\d.]+ \([\d.]+ – [\d.]+\)/);
    const found = JSON.parse(readFileSync(at('comparison', 'comparison.json'), 'utf8')) as { model: string; seed: number; figures: Record<string, number> }[];
    expect(found.map(({ model, seed }) => `${model} ${seed}`)).toEqual(['chow-liu 1', 'chow-liu 2', 'marginals 1', 'marginals 2']);
    const of = (name: string, figure: string) => found.filter(({ model }) => model === name).map(({ figures }) => figures[figure]);
    expect(Math.max(...of('chow-liu', 'impossible rows %'))).toBeLessThan(Math.min(...of('marginals', 'impossible rows %')));
    // What was measured before is taken as it was, and only the rest is done.
    mkdirSync(at('.again.checkpoint'));
    writeFileSync(at('.again.checkpoint', 'chow-liu-1.json'), JSON.stringify({ ...found[0], trainSeconds: 12345 }));
    expect(await ehrsynth('compare @cohort -m chow-liu --seeds 1,2 -n 200 -o @again --resume')).toBe(0);
    const again = JSON.parse(readFileSync(at('again', 'comparison.json'), 'utf8')) as { trainSeconds: number; figures: object }[];
    expect(again[0].trainSeconds).toBe(12345);
    expect(again[1].figures).toEqual(found[1].figures);
  }); // prettier-ignore

  it('searches settings, judged on training patients that are set aside', async () => {
    const options = '-m autoregressive --engine wasm --epochs 2 --set hidden=4,32 --set learning-rate=0.00001,0.01';
    expect(await ehrsynth(`compare @cohort -o @search ${options} --trials 3 -n 200`), output()).toBe(0);
    const found = JSON.parse(readFileSync(at('search', 'comparison.json'), 'utf8')) as { settings: object; figures: Record<string, number> }[];
    expect(new Set(found.map(({ settings }) => JSON.stringify(settings))).size).toBe(3);
    const best = found.reduce((a, b) => (b.figures['boosted trees AUC'] < a.figures['boosted trees AUC'] ? b : a));
    const [hidden, rate] = Object.values(best.settings) as number[];
    expect(output()).toContain(`-m autoregressive --hidden ${hidden} --learning-rate ${rate} -o model`);
    expect(output()).toContain('Autoregressive, hidden');
    expect(await ehrsynth('compare @cohort -o @search2 -m chow-liu --set hidden=4')).toBe(2);
    expect(output()).toContain('Chow–Liu tree has no --hidden');
    expect(await ehrsynth('compare @cohort -o @search2 -m autoregressive --set hidden=x')).toBe(2);
    expect(output()).toContain('--hidden: ');
  }); // prettier-ignore

  it('trains with differential privacy within a budget, and says what it covers', async () => {
    const options = '--engine wasm --epochs 2 --hidden 16 --batch-size 40';
    expect(await ehrsynth(`train @cohort -o @private ${options} --dp-epsilon 5`)).toBe(2);
    expect(output()).toContain('--dp-epsilon needs --dp-delta');
    expect(await ehrsynth(`train @cohort -o @private ${options} --dp-epsilon 5 --dp-delta 0.001`)).toBe(2);
    expect(output()).toContain('declare them public with --dp-public columns,timeline');
    expect(await ehrsynth(`train @cohort -m chow-liu -o @private --dp-epsilon 5 --dp-delta 0.001 --dp-public columns,timeline`)).toBe(2);
    expect(output()).toContain('Chow–Liu tree has no --dp-epsilon');
    expect(await ehrsynth(`train @cohort -o @private ${options} --dp-epsilon 5 --dp-delta 0.001 --dp-public columns,timeline`), output()).toBe(0);
    const statement = JSON.parse(readFileSync(at('private', 'privacy.json'), 'utf8')) as PrivacyStatement;
    expect(statement.epsilon).toBeLessThanOrEqual(5);
    expect(statement.epsilon).toBeGreaterThan(4.9);
    expect(statement.prvEpsilon).toBeLessThan(statement.epsilon);
    expect(Object.keys(statement.public)).toEqual(['columns', 'timeline']);
    expect(await ehrsynth('generate @private -n 30 -o @privateSynth --engine wasm')).toBe(0);
  }); // prettier-ignore
});
