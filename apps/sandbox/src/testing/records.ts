import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFhir } from '@ehrsynth/fhir';
import { addDays, type PatientRecord, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';

/** A patient with two encounters and four events. */
export function record(i: number): PatientRecord {
  const start = addDays('2010-01-01', i % 700);
  const later = addDays(start, 30);
  return {
    id: `patient-${i}`,
    sex: i % 2 === 0 ? 'female' : 'male',
    birthDate: addDays('1950-01-01', 7 * i),
    encounters: [
      { class: 'AMB', start, end: start },
      { class: 'IMP', start: later, end: addDays(later, 3) },
    ],
    events: [
      { kind: 'condition', code: { system: System.icd10cm, code: 'I10' }, start, encounter: 0, active: true },
      {
        kind: 'condition',
        code: { system: System.icd10cm, code: 'E11.9' },
        start: later,
        encounter: 1,
        active: true,
      },
      { kind: 'drug', code: { system: System.ndc, code: '68180051301' }, start, encounter: 0 },
      { kind: 'procedure', code: { system: System.icd10pcs, code: '0DTJ4ZZ' }, start: later, encounter: 1 },
    ],
  };
}

export const RESOURCES_A_PATIENT = 7;

/** A folder with so many patients as an export has them. */
export async function exported(count: number, format: 'bundles' | 'ndjson', vocabulary: Vocabulary): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'exported-'));
  const records = (async function* () {
    for (let i = 0; i < count; i++) yield record(i);
  })();
  await writeFhir(records, folder, vocabulary, { format, gzip: false });
  return folder;
}
