import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Finding } from '../validate/finding.ts';
import { readTheseResources } from '../testing/read-resources.ts';
import { validateFhir } from '../validate/validate.ts';
import { writeFhir } from '../write/writers.ts';

const vocabulary = new Vocabulary();
const SYSTEMS = [
  ...Object.values(System),
  ...['', ' ', null, 'ICD-10-CM', 'local', 'http://x.org/with space', 'http://x.org/\u0001', 'HTTPS://LOINC.ORG/|2.7'],
  ...['urn:oid:1.2.3', '2.16.840.1.113883.6.69', 'urn:oid:foo', 'a:b', 'http://hl7.org/fhir/sid/icd-10', '/x'],
];
const CODES = [
  ...['E11.9', 'e119 ', 'E11.', 'T40.4X1A', '250.00', 'IMO0001', 'UNKNOWN', '00000000000', '99999999999', '93-1048-1'],
  ...['0093104801', '93104801', '44054006', '44054007', '4548-4', '4548-5', '860975', '99213', 'J1885', '0DJD8ZZ'],
  ...['a b', 'a  b', ' a', 'a\tb', 'a\nb', 'é漢 <script>', '\ud800', '\u202ea', '=1+1', 'x'.repeat(300), '-', ''],
];
const DISPLAYS = [undefined, null, '', ' ', 'd\u0007', 'two\nlines', '\udc00', '<b>', '=cmd'];
const CLASSES = [
  ...[
    undefined,
    null,
    {},
    { code: 'IMP' },
    { code: 'imp' },
    { system: System.cpt, code: '99284' },
    { display: 'Home' },
  ],
  ...[{ system: '', code: '' }, { system: 'urn:oid:1.2', code: '5' }, { code: '\u0001' }, { code: null }],
];

const coding = fc.record(
  {
    system: fc.constantFrom(...SYSTEMS),
    code: fc.constantFrom(...CODES),
    display: fc.constantFrom(...DISPLAYS),
  },
  { requiredKeys: ['code'] },
);
const concept = fc.record({ coding: fc.array(coding, { minLength: 1, maxLength: 3 }) });
const events = fc.array(
  fc.tuple(fc.constantFrom('Condition', 'MedicationRequest', 'Procedure', 'Observation'), concept),
  {
    minLength: 1,
    maxLength: 12,
  },
);

it('what is read of any codings can be stored, and what is written of it is valid', async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(events, fc.constantFrom(...CLASSES), async (list, kind) => {
      const subject = { reference: 'Patient/p' };
      const { records } = await readTheseResources([
        { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1970-05-01' },
        {
          resourceType: 'Encounter',
          id: 'e',
          status: 'finished',
          class: kind,
          subject,
          period: { start: '2020-01-02' },
        },
        ...list.map(([resourceType, code], i) => ({
          ...{
            resourceType,
            id: `r${i}`,
            status: resourceType === 'Observation' ? 'final' : 'completed',
            subject,
          },
          ...(resourceType === 'MedicationRequest' ? { intent: 'order', medicationCodeableConcept: code } : { code }),
          encounter: { reference: 'Encounter/e' },
        })),
      ]);
      expect(records.map((record) => PatientRecord.safeParse(record).error)).toEqual([undefined]);
      read += records[0].events.length;
      expect(await errorsOf(records)).toEqual([]);
    }),
    { numRuns: 60 },
  );
  // Not all were left out: other seeds read from 53 events on.
  expect(read).toBeGreaterThan(10);
});

async function errorsOf(records: PatientRecord[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'odd-codes-'));
  try {
    const stream = (async function* () {
      yield* records;
    })();
    await writeFhir(stream, folder, vocabulary, { format: 'ndjson', gzip: false });
    const errors: string[] = [];
    const onFinding = ({ severity, path, message }: Finding) => {
      if (severity === 'error') errors.push(`${path}: ${message}`);
    };
    await validateFhir(folder, { vocabulary, onFinding });
    return errors;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
