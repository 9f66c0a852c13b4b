import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

describe('a model of whole records', () => {
  beforeAll(async () => {
    for (const command of [
      'simulate --world sets -n 150 --seed 3 -o @source',
      'ingest fhir @source -o @cohort --min-patients 4',
      'train @cohort -m visits --epochs 1 --hidden 8 --engine wasm -o @model',
    ])
      expect(await ehrsynth(command), output()).toBe(0);
  });

  it('draws patients, of whom nothing is said of repairs, and who go out as FHIR', async () => {
    expect(await ehrsynth('generate @model -n 20 --engine wasm -o @synth'), output()).toBe(0);
    expect(output()).toMatch(/20 synthetic patients → /);
    expect(output()).not.toContain('repaired');
    expect(await ehrsynth('export fhir @synth -o @fhir'), output()).toBe(0);
  });

  it('continues records from a day on, each as often as asked for', async () => {
    const day = '2021-06-30';
    const line = `generate @model --from @cohort/holdout --as-of ${day} -k 3 --engine wasm -o @futures`;
    expect(await ehrsynth(line), output()).toBe(0);
    expect(output()).toMatch(/\d+ futures of \d+ patients → /);
    const ids = gunzipSync(readFileSync(at('futures', 'records.ndjson.gz')))
      .toString()
      .trim()
      .split('\n')
      .map((one) => (JSON.parse(one) as { id: string }).id);
    expect(ids.length % 3).toBe(0);
    expect(ids.slice(0, 3).map((id) => id.slice(-2))).toEqual(['-1', '-2', '-3']);
  });

  it.each([
    ['-n 5 --from @cohort/holdout --as-of 2020-01-01', /--from .* cannot be used with option '-n/],
    ['--where sex=female --from @cohort/holdout --as-of 2020-01-01', /cannot be used with option '--where/],
    ['--from @cohort/holdout', /give both --from and --as-of/],
    ['', /--number, or --from and --as-of/],
  ])('generate %s is wrong usage', async (options, message) => {
    expect(await ehrsynth(`generate @model -o @none ${options}`.trim())).toBe(2);
    expect(output()).toMatch(message);
  });
});
