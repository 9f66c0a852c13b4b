import { readFileSync } from 'node:fs';
import type { Verdict } from '@ehrsynth/release';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

/** The verdict on as many synthetic patients as were simulated, by the default model as a user would train it. */
async function verdictOf(patients: number): Promise<Verdict> {
  for (const command of [
    `simulate -n ${patients} --seed 5 -o @source --force`,
    'ingest fhir @source -o @cohort --force',
    'train @cohort -o @model --engine wasm --force',
    `generate @model -n ${patients} -o @synth --engine wasm --force`,
    'evaluate @cohort @synth -o @report --force',
  ])
    expect(await ehrsynth(command), output()).toBe(0);
  return (JSON.parse(readFileSync(at('report', 'report.json'), 'utf8')) as { verdict: Verdict }).verdict;
}

it('few patients are told how many are needed, and with as many every gate passes', async () => {
  const few = await verdictOf(700);
  expect(few.passed).toBe(false);
  expect(few.gates.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  const [, needed] = /\(([\d,]+) patients in all/.exec(few.advice.join('\n')) ?? [];
  const patients = Number(needed?.replaceAll(',', ''));
  expect(patients).toBeGreaterThan(1000);
  expect(patients).toBeLessThan(10_000);
  const enough = await verdictOf(patients);
  expect(enough.gates.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(enough).toMatchObject({ passed: true, off: [], loosened: [], accepted: [], advice: [] });
}, 1_800_000);
