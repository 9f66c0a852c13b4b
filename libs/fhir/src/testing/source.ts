import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { readPatientRecords, type ReadOptions } from '../read/patient-records.ts';
import { SystemAliases } from '../read/systems.ts';

const vocabulary = new Vocabulary();

/** A file's name → its lines, or its one document. */
export type Files = Record<string, object | object[]>;

/** What is read of files that are written for the purpose. */
export async function readFiles(files: Files, more: Partial<ReadOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'source-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      const lines = Array.isArray(content) ? content : [content];
      writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
    }
    const tally = new Tally();
    const records: PatientRecord[] = [];
    const kinds = ['condition', 'drug', 'procedure', 'measurement', 'immunization', 'allergy'] as const;
    const options = { aliases: new SystemAliases(), vocabulary, kinds: [...kinds], ...more };
    for await (const record of readPatientRecords(folder, options, tally)) records.push(record);
    return { records, tally };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each person with the codes of its events, in name order: "female 1950-01-01: C50.911 I10". */
export function peopleIn(records: PatientRecord[]): string[] {
  return records
    .map(({ sex, birthDate, events }) => {
      const codes = events.map(({ code }) => code.code).sort();
      return [`${sex} ${birthDate}:`, ...codes].join(' ');
    })
    .sort();
}

/** Why resources are not used: "Condition: older version" → how many. */
export function skippedIn(tally: Tally): Record<string, number> {
  return Object.fromEntries(
    [...tally.skipped].flatMap(([type, reasons]) =>
      [...reasons].map(([reason, count]) => [`${type}: ${reason}`, count]),
    ),
  );
}

export const woman = (id: string | undefined, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  gender: 'female',
  birthDate: '1950-01-01',
  ...more,
});
export const man = (id: string | undefined, more: object = {}) => ({
  ...woman(id),
  gender: 'male',
  birthDate: '1990-01-01',
  ...more,
});

/** A condition of whom the reference names. */
export const condition = (id: string | undefined, of: string | object, code = 'E11.9', more: object = {}) => ({
  resourceType: 'Condition',
  id,
  subject: typeof of === 'string' ? { reference: of } : of,
  code: { coding: [{ system: System.icd10cm, code }] },
  onsetDateTime: '2020-03-01',
  ...more,
});
export const version = (number: number, day = number) => ({
  meta: { versionId: String(number), lastUpdated: `2024-01-${String(day).padStart(2, '0')}T00:00:00Z` },
});
export const inError = { verificationStatus: { coding: [{ code: 'entered-in-error' }] } };

export interface TestEntry {
  fullUrl?: string;
  resource?: object;
  request?: object;
  response?: object;
}
export const bundle = (type: string, ...entry: TestEntry[]) => ({ resourceType: 'Bundle', type, entry });
export const posted = (fullUrl: string | undefined, resource: { resourceType: string }, more: object = {}) => ({
  ...(fullUrl && { fullUrl }),
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
});
export const put = (fullUrl: string, url: string, resource: object) => ({
  fullUrl,
  resource,
  request: { method: 'PUT', url },
});
