import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays, type CodedEvent, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { RxNormCrosswalk, Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Finding, readPatientRecords, SystemAliases, validateFhir, writeFhir } from '../index.ts';
import { toResources } from './to-resources.ts';

const vocabulary = new Vocabulary();

const CODES: Pick<CodedEvent, 'kind' | 'code'>[] = [
  ...['I10', 'E11.9', 'J06.9'].map((code) => ({
    kind: 'condition' as const,
    code: { system: System.icd10cm, code },
  })),
  { kind: 'drug', code: { system: System.ndc, code: '68180051301' } },
  { kind: 'procedure', code: { system: System.icd10pcs, code: '0DTJ4ZZ' } },
  { kind: 'measurement', code: { system: System.loinc, code: '4548-4' } },
];
const day = fc.integer({ min: 0, max: 9000 }).map((days) => addDays('1995-01-01', days));
const recordArbitrary: fc.Arbitrary<PatientRecord> = fc
  .record({
    id: fc.uuid(),
    sex: fc.constantFrom('female', 'male', 'other', 'unknown'),
    race: fc.option(fc.constantFrom('2106-3', '2054-5'), { nil: undefined }),
    ethnicity: fc.option(fc.constantFrom('2135-2', '2186-5'), { nil: undefined }),
    deathDate: fc.option(fc.constant('2022-02-02'), { nil: undefined }),
    days: fc.uniqueArray(day, { minLength: 1, maxLength: 6 }),
    events: fc.array(fc.tuple(fc.nat(CODES.length - 1), fc.nat(5), fc.boolean()), { maxLength: 25 }),
  })
  .map(({ days, events, ...person }) => {
    const encounters = days.sort().map((start) => ({ class: 'AMB', start, end: start }));
    return {
      ...person,
      birthDate: '1970-06-01',
      encounters,
      events: events.map(([code, place, active]) => {
        const encounter = place % encounters.length;
        const event = { ...CODES[code], start: encounters[encounter].start, encounter };
        return event.kind === 'condition' ? { ...event, active } : event;
      }),
    };
  });

const plain = (record: PatientRecord) => ({
  ...JSON.parse(JSON.stringify(record)),
  events: record.events
    .map(({ kind, code: { system, code }, start, encounter, active }) => JSON.stringify({ kind, system, code, start, encounter, active }))
    .sort(),
}); // prettier-ignore

it.each(['bundles', 'ndjson'] as const)(
  'what is written as %s is valid and comes back as it was',
  async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'write-'));
    const distinct = fc.uniqueArray(recordArbitrary, {
      selector: ({ id }) => id,
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(distinct, fc.boolean(), async (records, gzip) => {
        rmSync(folder, { recursive: true });
        await import('node:fs/promises').then(({ mkdir }) => mkdir(folder));
        const stream = (async function* () {
          yield* records;
        })();
        await writeFhir(stream, folder, vocabulary, { format, gzip });
        const findings: Finding[] = [];
        await validateFhir(folder, { vocabulary, onFinding: (finding) => findings.push(finding) });
        // US Core wants RxNorm beside an NDC, and there is none without the crosswalk.
        const unexpected = findings.filter(({ message }) => !message.includes('A code of RxNorm should'));
        expect(unexpected).toEqual([]);
        const kinds: CodedEvent['kind'][] = ['condition', 'drug', 'procedure', 'measurement'];
        const read: PatientRecord[] = [];
        const options = { aliases: new SystemAliases(), vocabulary, kinds };
        for await (const record of readPatientRecords(folder, options, new Tally('stop'))) read.push(record);
        const byId = (a: PatientRecord, b: PatientRecord) => (a.id < b.id ? -1 : 1);
        expect(read.sort(byId).map(plain)).toEqual(records.sort(byId).map(plain));
      }),
      { numRuns: 25 },
    );
    rmSync(folder, { recursive: true });
  },
);

it.each([
  ['IMP', 'IMP'],
  ['PRENC', 'PRENC'],
  ['inpatient', 'IMP'],
  ['99205', 'AMB'],
  ['constructor', 'AMB'],
])('writes the class %s as %s of v3-ActCode', (given, code) => {
  const record: PatientRecord = { id: 'a', sex: 'female', encounters: [{ class: given }], events: [] };
  const [, encounter] = toResources(record, vocabulary);
  expect(encounter).toMatchObject({ class: { code, display: expect.any(String) } });
});

it('puts RxNorm beside the NDC where the crosswalk knows it', () => {
  const known = Object.assign(Object.create(vocabulary) as Vocabulary, {
    rxnorm: new RxNormCrosswalk([
      ['68180051301', '311354', 'lisinopril 5 MG Oral Tablet', '29046 lisinopril'],
    ]),
  });
  const record: PatientRecord = {
    id: 'x',
    sex: 'male',
    birthDate: '1970-01-01',
    encounters: [],
    events: [{ ...CODES[3] }],
  };
  const medication = toResources(record, known).at(-1)!;
  expect(medication).toMatchObject({
    medicationCodeableConcept: {
      coding: [
        { system: System.ndc, code: '68180051301' },
        { system: System.rxnorm, code: '311354', display: 'lisinopril 5 MG Oral Tablet' },
      ],
    },
  });
});
