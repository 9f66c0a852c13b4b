import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

it('simulate writes lives unless it is asked for sets, and ingest reads them', async () => {
  expect(await ehrsynth('simulate -n 15 --seed 2 -o @lives')).toBe(0);
  expect(await ehrsynth('simulate -n 15 --seed 2 --world lives -o @asked')).toBe(0);
  expect(await ehrsynth('simulate -n 15 --seed 2 --world sets -o @sets')).toBe(0);
  const [lives, asked] = ['lives', 'asked'].map((folder) => readFileSync(at(folder, 'Condition.ndjson'), 'utf8'));
  expect(asked).toBe(lives);
  const run = JSON.parse(readFileSync(at('lives', 'run.json'), 'utf8'));
  expect(run.options.world).toBe('lives');
  const { resources } = run.counts;
  expect(resources.Observation).toBeGreaterThan(500);
  expect(resources.Immunization).toBeGreaterThan(0);
  expect(JSON.parse(readFileSync(at('sets', 'run.json'), 'utf8')).counts.resources.Observation).toBeUndefined();
  expect(await ehrsynth('ingest fhir @lives -o @cohort --min-patients 2')).toBe(0);
  expect(output()).toContain('15 patients');
});

it('simulate --meds writes MEDS that ingest reads, and no OMOP beside it', async () => {
  expect(await ehrsynth('simulate -n 5 --seed 2 --meds -o @meds')).toBe(0);
  expect(output()).toMatch(/5 simulated patients, [\d,]+ MEDS rows/);
  expect(await ehrsynth('ingest meds @meds -o @of-meds --min-patients 1 --splits redraw')).toBe(0);
  expect(await ehrsynth('simulate -n 5 --meds --omop csv -o @both')).toBe(2);
  expect(output()).toContain('OMOP or MEDS, not both');
});

it('an unknown world is refused with those that there are', async () => {
  expect(await ehrsynth('simulate -n 5 --world people -o @none')).toBe(2);
  expect(output()).toMatch(/lives, sets|lives or sets/);
});
