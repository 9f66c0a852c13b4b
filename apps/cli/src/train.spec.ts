import { readFileSync } from 'node:fs';
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
    expect(comparison.outcome!.outcome.code).toBe('I10');
    expect(await ehrsynth('evaluate @cohort @fromWatched -o @none --outcome NONE')).toBe(2);
    expect(output()).toContain('No column of the cohort has the code NONE');
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
