import { readFileSync } from 'node:fs';
import type { Verdict } from '@ehrsynth/release';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

/** The verdict on as many synthetic patients as were simulated, by a model of rows, made smaller for speed. */
async function verdictOf(patients: number): Promise<Verdict> {
  for (const command of [
    `simulate --world sets -n ${patients} --seed 5 -o @source --force`,
    'ingest fhir @source -o @cohort --force',
    'train @cohort -m autoregressive -o @model --epochs 12 --hidden 192 --engine wasm --force',
    `generate @model -n ${patients} -o @synth --engine wasm --force`,
    'evaluate @cohort @synth -o @report --force',
  ])
    expect(await ehrsynth(command), output()).toBe(0);
  return (JSON.parse(readFileSync(at('report', 'report.json'), 'utf8')) as { verdict: Verdict }).verdict;
}

it('seven hundred patients are too few to tell; with as many as it says are needed every gate passes', async () => {
  let patients = 700;
  let verdict = await verdictOf(patients);
  expect(verdict.passed).toBe(false);
  // An estimate of how many are needed is one: it may have to be followed twice.
  for (let round = 0; round < 2 && !verdict.passed; round++) {
    expect(verdict.gates.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const [, needed] = /\(([\d,]+) patients in all/.exec(verdict.advice.join('\n')) ?? [];
    expect(Number(needed?.replaceAll(',', ''))).toBeGreaterThan(patients);
    expect(Number(needed?.replaceAll(',', ''))).toBeLessThan(10_000);
    patients = Number(needed?.replaceAll(',', ''));
    verdict = await verdictOf(patients);
  }
  expect(verdict.gates.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(verdict).toMatchObject({ passed: true, off: [], loosened: [], accepted: [], advice: [] });
}, 1_800_000);
