import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import { beforeAll, describe, expect, it } from 'vitest';
import { ownFolder } from '../testing.ts';
import { ingest } from './ingest.ts';
import { recordSource } from './record-source.ts';

const at = ownFolder();
const PATIENTS = 60;
const local = { system: 'urn:local', code: 'x' };
const measured = (more: Partial<CodedEvent>): CodedEvent => ({
  kind: 'measurement',
  code: { system: System.loinc, code: '2345-7' },
  start: '2020-01-01',
  ...more,
});
const given = (dose: CodedEvent['dose'], more: Partial<CodedEvent> = {}): CodedEvent => ({
  kind: 'drug',
  code: { system: System.rxnorm, code: '1' },
  start: '2020-01-01',
  dose,
  ...more,
});

let made = 0;

/** Makes a cohort in which every patient has some events, and every fifteenth has others. */
async function cohortOf(events: CodedEvent[], odd: CodedEvent[], minPatients = 10) {
  const out = at(`cohort-${++made}`);
  const records = Array.from({ length: PATIENTS }, (_, i): PatientRecord => ({
    id: `p${i}`,
    sex: 'female',
    birthDate: '1980-01-01',
    encounters: [],
    events: i % 15 === 0 ? [...events, ...odd] : events,
  }));
  const { tally, units } = await ingest(recordSource('own', records), { out, minPatients });
  const read = (part: string) => gunzipSync(readFileSync(`${out}/${part}/records.ndjson.gz`)).toString();
  const kept = read('train') + read('holdout');
  return { tally, units, kept, run: readFileSync(`${out}/run.json`, 'utf8') };
}

describe('of what few patients have, a cohort keeps no text', () => {
  /** Where the name of a patient stands. */
  const places: [where: string, event: (name: string) => CodedEvent][] = [
    ['as a unit', (unit) => measured({ quantity: { value: 7, unit } })],
    ['as a unit of two words', (name) => measured({ quantity: { value: 7, unit: `Mary ${name}` } })],
    ['as a unit and its code', (unit) => measured({ quantity: { value: 7, unit, system: 'urn:x', code: unit } })],
    [
      'as a long unit and its code',
      (name) => {
        const unit = `${name}-of-${'x'.repeat(20)}`;
        return measured({ quantity: { value: 7, unit, system: 'urn:x', code: unit } });
      },
    ],
    ['as a code without a unit', (code) => measured({ quantity: { value: 7, code } })],
    ['as a code beside a unit', (code) => measured({ quantity: { value: 7, unit: 'pts', system: 'urn:x', code } })],
    ['as an annotation', (name) => measured({ quantity: { value: 7, unit: `mg{${name}}` } })],
    [
      'as an annotation in UCUM',
      (name) => measured({ quantity: { value: 7, unit: 'mg', system: UCUM, code: `{${name}}` } }),
    ],
    ['as a contradiction', (name) => measured({ quantity: { value: 7, unit: `${name} (code Smith)` } })],
    ['as a unit of a dose', (unit) => given({ value: 7, unit })],
    ['as a long unit of a dose', (name) => given({ value: 7, unit: `as ${name} wants it, with a glass of water` })],
    ['as the code of a dose', (code) => given({ value: 7, unit: 'mg', system: 'urn:x', code })],
    ['as an answer', (name) => measured({ answer: { ...local, code: `JOHN ${name}` } })],
    ['as the title of an answer', (display) => measured({ answer: { system: System.snomed, code: '1', display } })],
    [
      'as an answer that claims to be of SNOMED CT',
      (name) => measured({ answer: { system: System.snomed, code: `JOHN ${name}` } }),
    ],
    ['as a route', (code) => given({ value: 1 }, { route: { code: { ...local, code } } })],
    ['as text', (text) => measured({ text })],
  ];
  const nameOf = (i: number) => `Doe${String.fromCharCode(65 + i)}e`;
  const number = '123456789';
  let written = '';
  let events: CodedEvent[] = [];

  beforeAll(async () => {
    events = places.map(([, event], i) => event(nameOf(i)));
    events.push(measured({ quantity: { value: 7, unit: number } }));
    events.push(measured({ quantity: { value: 7, system: 'urn:x', code: number } }));
    const { kept, run } = await cohortOf([measured({ quantity: { value: 100, unit: 'mg/dL' } })], events);
    expect(kept.match(/"kind"/g)).toHaveLength(PATIENTS + 4 * events.length);
    written = kept + run;
  });

  it.each(places.map(([where], i) => [where, nameOf(i)] as const))('%s', (_, name) => {
    expect(JSON.stringify(events)).toContain(name);
    expect(written).not.toContain(name);
  });

  it('nor a number', () => expect(written).not.toContain(number));
});

it('keeps what enough training patients have', async () => {
  const events = [
    measured({ quantity: { value: 7, unit: 'Stix' } }),
    measured({ answer: { ...local, code: 'REACTIVE' } }),
    given({ value: 1, unit: 'Portion' }, { route: { code: { ...local, code: 'BUCCAL' } } }),
  ];
  const { kept, tally } = await cohortOf(events, []);
  for (const text of ['Stix', 'REACTIVE', 'Portion', 'BUCCAL'])
    expect(kept.match(new RegExp(text, 'g'))).toHaveLength(PATIENTS);
  expect([...tally.notes]).toEqual([]);
});

it('counts patients, not values', async () => {
  const many = Array.from({ length: 20 }, () => measured({ quantity: { value: 7, unit: 'Stix' } }));
  const { kept } = await cohortOf([], many);
  expect(kept).not.toContain('Stix');
});

it('says how many values it has not kept, and no unit that few have', async () => {
  const { tally, units } = await cohortOf(
    [measured({ quantity: { value: 100, unit: 'mg/dL' } })],
    [
      measured({ quantity: { value: 7, unit: 'Jane' } }),
      measured({ quantity: { value: 7, unit: 'Mary' } }),
      measured({ quantity: { value: 7, unit: 'Mary Jones' } }),
      measured({ text: 'see Jane' }),
      measured({ sourceText: 'negative, Jane', answer: { system: System.snomed, code: '260385009' } }),
    ],
  );
  expect([...tally.notes]).toEqual([
    ['value is text: not kept in the cohort', 4],
    ['unit in unrecognised words: not kept in the cohort', 4],
    ['unit or coded answer of fewer than 10 training patients: not kept in the cohort', 8],
  ]);
  expect(units).toMatchObject([{ unit: 'mg/dL', kept: { 'other units': 8 } }]);
});
