import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { PatientRecord } from '@ehrsynth/records';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

/** Of each code and unit the numbers of a folder's records, as they are written. */
function numbersOf(...folder: string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const lines = gunzipSync(readFileSync(at(...folder, 'records.ndjson.gz')))
    .toString()
    .trim()
    .split('\n');
  for (const { events } of lines.map((line) => JSON.parse(line) as PatientRecord)) {
    for (const { code, quantity } of events) {
      if (quantity?.value === undefined || quantity.comparator !== undefined) continue;
      const key = `${code.code} ${quantity.unit}`;
      found.set(key, [...(found.get(key) ?? []), String(quantity.value)]);
    }
  }
  return found;
}

const decimals = (number: string) => number.split('.')[1]?.length ?? 0;
const most = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), -Infinity);

describe('train -m visits --values', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate -n 80 --years 1 --seed 3 -o @source')).toBe(0);
    const ingested = await ehrsynth(
      'ingest fhir @source -o @cohort --kinds condition,measurement --min-patients 5 --holdout 0.2',
    );
    expect(ingested, output()).toBe(0);
  });

  it.each(['flow', 'bins'])('%s: draws numbers as the source writes them, of no more than it has', async (how) => {
    // Bins are what there is where nobody says.
    const given = how === 'bins' ? '' : '--values flow ';
    expect(await ehrsynth(`train @cohort -o @${how} ${given}--epochs 1 --hidden 4 --engine wasm`), output()).toBe(0);
    expect(JSON.parse(readFileSync(at(how, 'model.json'), 'utf8')).options.values).toBe(how);
    expect(await ehrsynth(`generate @${how} -n 40 -o @${how}-synth`), output()).toBe(0);
    const [real, drawn] = [numbersOf('cohort', 'train'), numbersOf(`${how}-synth`)];
    expect(drawn.size).toBeGreaterThan(10);
    for (const [key, numbers] of drawn) {
      const own = real.get(key)!;
      expect(most(numbers.map(decimals))).toBeLessThanOrEqual(most(own.map(decimals)));
      expect(most(numbers.map(Number))).toBeLessThanOrEqual(most(own.map(Number)));
      expect(most(numbers.map((one) => -one))).toBeLessThanOrEqual(most(own.map((one) => -one)));
    }
  });

  it('goes on with histories, and refuses a way that there is not', async () => {
    const from = '--from @cohort/holdout --as-of 2024-12-01 -k 1';
    expect(await ehrsynth(`generate @flow ${from} -o @futures`), output()).toBe(0);
    expect(await ehrsynth('train @cohort -o @other --values spline')).toBe(2);
    expect(output()).toContain('bins, flow');
  });
});
