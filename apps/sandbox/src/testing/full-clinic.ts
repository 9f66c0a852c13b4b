import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFhir } from '@ehrsynth/fhir';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { Held } from './by-hand.ts';
import { HAND_WRITTEN } from './hand-written.ts';

type Event = [kind: CodedEvent['kind'], system: string, code: string, more?: Partial<CodedEvent>];

const EVENTS: Event[] = [
  ['condition', System.icd10cm, 'I10', { active: true }],
  ['condition', System.icd10cm, 'J18.9', { active: false, end: '2019-03-20' }],
  ['drug', System.rxnorm, '314076', { daysSupply: 30 }],
  ['measurement', System.loinc, '718-7', { quantity: { value: 9.1, unit: 'g/dL' } }],
  ['measurement', System.loinc, '2345-7', { quantity: { value: 90, unit: 'mg/dL' }, startTime: '08:15' }],
  ['measurement', System.loinc, '29463-7', { quantity: { value: 70, unit: 'kg' } }],
  ['measurement', System.loinc, '72166-2', { answer: { system: System.snomed, code: '266919005' } }],
  ['procedure', System.icd10pcs, '0DTJ4ZZ'],
  ['immunization', System.cvx, '140'],
  ['allergy', System.snomed, '91936005', { active: true }],
];

/** A record with all of these at its first visit, and every other one at its second. */
function record(id: string, year: number, more: Partial<PatientRecord>): PatientRecord {
  const days = [`${year}-03-14`, `${year + 1}-11-02`];
  const events = days.flatMap((start, encounter) =>
    EVENTS.filter((_, i) => (i + encounter) % (encounter + 1) === 0).map(
      ([kind, system, code, rest = {}]): CodedEvent => {
        const end = rest.end && `${start.slice(0, 8)}28`;
        return { kind, code: { system, code }, start, encounter, ...rest, ...(end && { end }) };
      },
    ),
  );
  const [first, second] = days;
  return {
    id,
    sex: 'female',
    birthDate: `${year - 60}-05-02`,
    encounters: [
      { class: 'AMB', start: first, end: first },
      { class: 'IMP', start: second, end: `${second.slice(0, 8)}09` },
    ],
    events,
    ...more,
  };
}

const RECORDS = [
  record('p1', 2018, { race: '2106-3', ethnicity: '2186-5' }),
  record('p2', 2019, { sex: 'male', deathDate: '2020-11-09' }),
  record('p3', 2019, { race: '2054-5' }),
];

/** Three patients written in full, and a few resources by hand of what is not written: orders, questionnaires, devices. */
export async function fullClinic(vocabulary: Vocabulary): Promise<Held[]> {
  const folder = mkdtempSync(join(tmpdir(), 'full-clinic-'));
  const records = (async function* () {
    yield* RECORDS;
  })();
  await writeFhir(records, folder, vocabulary, { format: 'ndjson', gzip: false, full: true });
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  rmSync(folder, { recursive: true });
  return [...lines.filter(Boolean).map((line) => JSON.parse(line) as Held), ...HAND_WRITTEN];
}
