import { existsSync, readFileSync } from 'node:fs';
import type { PatientRecord } from '@ehrsynth/records';
import { simulateLives, simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { readAnyRecords } from '../cohort/any-records.ts';
import { InvalidOptionsError } from '../errors.ts';
import { ownFolder } from '../testing.ts';
import { simulate, type SimulateOptions } from './simulate.ts';

const at = ownFolder();
const PATIENTS = 6;
const WORLDS = { lives: simulateLives, sets: simulatePatients };

/** What every standard keeps: of each patient the births, and of each kind the codes with their days and numbers. */
function facts(records: Iterable<PatientRecord>): unknown {
  return [...records]
    .map(({ birthDate, events }) => ({
      birthDate,
      events: events
        .map(({ kind, code, start, quantity }) =>
          [kind, code.system, code.code, start, kind === 'measurement' && quantity?.value].join('|'),
        )
        .sort(),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

it.each<['lives' | 'sets', string, Partial<SimulateOptions>]>([
  ['lives', 'fhir', {}],
  ['lives', 'omop', { omop: 'parquet' }],
  ['lives', 'meds', { meds: true }],
  ['sets', 'fhir', { format: 'bundles' }],
  ['sets', 'omop', { omop: 'csv' }],
  ['sets', 'meds', { meds: true }],
])('writes %s as %s, from which they are read again', async (world, standard, options) => {
  const out = at(`${world}-${standard}`);
  const simulated = await simulate({ out, patients: PATIENTS, seed: 4, world, ...options });
  expect(simulated.standard).toBe(standard.toUpperCase());
  expect([...simulated.written.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(PATIENTS);
  const { origin, records } = await readAnyRecords(out);
  expect(origin).toBe(standard);
  const found: PatientRecord[] = [];
  for await (const record of records) found.push(record);
  expect(facts(found)).toEqual(facts(WORLDS[world]({ patients: PATIENTS, seed: 4 }, new Vocabulary())));
});

it('gives the same MEDS of the same seed', async () => {
  await simulate({ out: at('again'), patients: PATIENTS, seed: 4, world: 'sets', meds: true });
  for (const file of ['data/train/0.parquet', 'metadata/dataset.json'])
    expect(readFileSync(at('again', file)).equals(readFileSync(at('sets-meds', file)))).toBe(true);
});

it('records of lives the last years alone, where so many are asked for', async () => {
  await simulate({ out: at('year'), patients: PATIENTS, seed: 4, years: 1 });
  const days: string[] = [];
  for await (const { events } of (await readAnyRecords(at('year'))).records)
    days.push(...events.flatMap(({ start }) => start ?? []));
  expect(days.length).toBeGreaterThan(PATIENTS);
  expect(days.filter((day) => day < '2023-12-31')).toEqual([]);
  await expect(simulate({ out: at('none'), world: 'sets', years: 1 })).rejects.toThrow(
    /--years only applies to --world lives/,
  );
});

it('writes one standard at a time', async () => {
  await expect(simulate({ out: at('both'), meds: true, omop: 'csv' })).rejects.toThrow(InvalidOptionsError);
  expect(existsSync(at('both'))).toBe(false);
});
