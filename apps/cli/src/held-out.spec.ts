import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

beforeAll(async () => {
  await ehrsynth('simulate --world sets -n 150 --seed 3 -o @source');
  await ehrsynth('ingest fhir @source -o @none --min-patients 5 --holdout 0');
  await ehrsynth('ingest fhir @source -o @few --min-patients 5 --holdout 0.02');
  for (const cohort of ['none', 'few']) {
    await ehrsynth(`train @${cohort} -o @model-${cohort} -m marginals`);
    await ehrsynth(`generate @model-${cohort} -n 40 -o @synth-${cohort}`);
  }
});

describe('a cohort of which nobody was held out', () => {
  it.each([
    'evaluate @none @synth-none -o @report',
    'release @synth-none -o @release --format csv',
    'compare @none -m marginals -o @comparison',
  ])('%s: what is missing, and what to do', async (line) => {
    expect(await ehrsynth(line)).toBe(2);
    expect(output()).toContain('There are no held-out patients to compare with');
    expect(output()).toContain('Ingest again with --holdout 0.3.');
    expect(output()).not.toContain('    at '); // no stack
    for (const folder of ['report', 'release', 'comparison']) expect(existsSync(at(folder))).toBe(false);
  });
});

it('a handful held out: what they cannot show is not measured, and nothing is NaN', async () => {
  expect(await ehrsynth('evaluate @few @synth-few -o @report-few')).toBe(0);
  const report = JSON.parse(readFileSync(at('report-few', 'report.json'), 'utf8'));
  expect(report.comparison.rows.holdout).toBeLessThan(6);
  expect(output()).toMatch(/boosted trees: AUC +not measured/);
  expect(output()).toMatch(/never generated +not measured: no such code|never generated +\d+ of \d+/);
  expect(output()).not.toMatch(/NaN|undefined|null|Infinity/);
});
