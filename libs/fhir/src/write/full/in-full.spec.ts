import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiagnosticReport, DocumentReference, Encounter, Patient } from 'fhir/r4.js';
import { EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, readPatientRecords, SystemAliases, validateFhir, writeFhir } from '../../index.ts';
import { comparable, keptByFhir } from '../../testing/kept-by-fhir.ts';
import { noteFaults } from '../../testing/note-faults.ts';
import { recordArbitrary } from '../../testing/record-arbitrary.ts';
import { toResources } from '../to-resources.ts';
import { inFull } from './in-full.ts';

const vocabulary = new Vocabulary();
const full = (record: PatientRecord) => inFull(record, toResources(record, vocabulary));
const icd = (code: string, display: string) => ({ system: System.icd10cm, code, display });
const anna: PatientRecord = {
  id: 'anna',
  sex: 'female',
  birthDate: '1950-05-02',
  deathDate: '2020-03-09',
  encounters: [
    { class: 'AMB', start: '2019-01-07' },
    { class: 'IMP', start: '2020-03-01', end: '2020-03-09' },
  ],
  events: [
    { kind: 'condition', code: icd('I10', 'Essential (primary) hypertension'), start: '2019-01-07', encounter: 0 },
    { kind: 'condition', code: icd('J18.9', 'Pneumonia, unspecified organism'), start: '2020-03-01', encounter: 1 },
    {
      kind: 'measurement',
      code: { system: System.loinc, code: '718-7', display: 'Hemoglobin' },
      quantity: { value: 9.1, unit: 'g/dL' },
      interpretation: 'L',
      start: '2020-03-02',
      encounter: 1,
    },
  ],
};
const of = <T>(type: string, record = anna) =>
  full(record).resources.filter(({ resourceType }) => resourceType === type) as unknown as T[];
const notes = (record = anna) =>
  of<DocumentReference>('DocumentReference', record).map(({ content: [{ attachment }] }) =>
    Buffer.from(attachment.data!, 'base64').toString(),
  );

describe('a record in full', () => {
  it('has a name, an address and a doctor that are made up, the same whenever it is written', () => {
    const [patient] = of<Patient>('Patient');
    expect(patient).toMatchObject({
      name: [{ family: expect.stringMatching(/./), given: [expect.any(String), expect.any(String)] }],
      address: [
        {
          city: expect.any(String),
          state: expect.stringMatching(/^[A-Z]{2}$/),
          postalCode: expect.stringMatching(/^\d{5}/),
        },
      ],
      telecom: [{ value: expect.stringMatching(/^\(\d{3}\) 555-01\d\d$/) }],
      meta: { tag: [{ code: 'HTEST' }] },
    });
    expect(full(anna)).toEqual(full({ ...anna }));
    const [other] = of<Patient>('Patient', { ...anna, id: 'bea' });
    expect(other.name).not.toEqual(patient.name);
  });

  it('says that a stay ended in death, and reports what was measured', () => {
    const [visit, stay] = of<Encounter>('Encounter');
    expect(visit.hospitalization).toBeUndefined();
    expect(stay.hospitalization!.dischargeDisposition!.coding![0].code).toBe('exp');
    const [{ result, effectiveDateTime }] = of<DiagnosticReport>('DiagnosticReport');
    expect(result).toHaveLength(1);
    expect(effectiveDateTime).toBe('2020-03-02');
  });

  it('refers to nothing that is not there', () => {
    const { resources, shared } = full(anna);
    const known = new Set([...resources, ...shared].map(({ resourceType, id }) => `${resourceType}/${id}`));
    const references = JSON.stringify(resources.concat(shared)).match(/"reference":"[^"]+"/g)!;
    expect(references.length).toBeGreaterThan(20);
    for (const text of references) expect(known).toContain(text.slice('"reference":"'.length, -1));
  });
});

describe('a note', () => {
  it('says what the record does, in words', () => {
    const [visit, stay] = notes();
    expect(visit).toMatch(/^VISIT NOTE\n/);
    expect(visit).toMatch(/68-year-old woman[^]*Essential \(primary\) hypertension\./);
    expect(stay).toMatch(/^DISCHARGE SUMMARY\n/);
    for (const part of [
      '69-year-old woman',
      '2020-03-09',
      'Essential (primary) hypertension (2019-01-07)',
      'Hemoglobin 9.1 g/dL (L)',
    ])
      expect(stay).toContain(part);
    expect(noteFaults(stay, anna, 1)).toEqual([]);
  });

  const many = (count: number): PatientRecord => ({
    ...anna,
    events: [
      ...Array.from({ length: count }, (_, i) => ({
        kind: 'condition' as const,
        code: icd(`X${i}`, `Illness ${i}`),
        start: `2018-${String(1 + (i % 12)).padStart(2, '0')}-${String(10 + i)}`,
      })),
      ...anna.events,
    ],
  });

  it('says how long a history is of which it lists the end', () => {
    const record = many(12);
    const stay = notes(record)[1];
    expect(stay).toMatch(/ten most recent/);
    expect(stay).toMatch(/\b13\b/);
    expect(stay).not.toContain('Illness 0 ');
    expect(stay).toContain('Illness 11 (2018-12-21)');
    expect(noteFaults(stay, record, 1)).toEqual([]);
    expect(noteFaults(stay.replace(/\b13\b/, '14'), record, 1)).not.toEqual([]);
    expect(noteFaults(stay.replace('Illness 11 (2018-12-21)', 'Illness 0 (2018-01-10)'), record, 1)).not.toEqual([]);
    const short = notes(many(9))[1];
    expect(short).not.toContain('most recent');
    expect(noteFaults(short, record, 1)).not.toEqual([]);
  });

  it('leaves out of the history what was recorded as over, the last time it was', () => {
    const illness = (start: string, active?: boolean) => ({
      kind: 'condition' as const,
      code: icd('X', 'Illness'),
      start,
      active,
    });
    const withIllness = (...events: PatientRecord['events']) => ({ ...anna, events: [...events, ...anna.events] });
    const over = withIllness(illness('2018-01-10', true), illness('2018-02-10', false));
    const back = withIllness(illness('2018-02-10', false), illness('2018-02-10'), illness('2018-01-10', true));
    const [ofOver, ofBack] = [notes(over)[1], notes(back)[1]];
    expect(ofOver).not.toContain('Illness');
    expect(ofBack).toContain('Illness (2018-02-10)');
    expect([noteFaults(ofOver, over, 1), noteFaults(ofBack, back, 1)]).toEqual([[], []]);
    expect([noteFaults(ofOver, back, 1), noteFaults(ofBack, over, 1)]).not.toContainEqual([]);
  });

  it('says of an answer without a title that it is a code', () => {
    const [hemoglobin] = anna.events.slice(2);
    const answered = (display?: string): PatientRecord => ({
      ...anna,
      events: [{ ...hemoglobin, quantity: undefined, answer: { system: System.loinc, code: 'LA33-6', display } }],
    });
    expect(notes(answered())[1]).toContain('Hemoglobin coded answer LA33-6 (L)');
    expect(notes(answered('Yes'))[1]).toContain('Hemoglobin Yes (L)');
    expect(noteFaults(notes(answered())[1].replace('coded answer ', ''), answered(), 1)).not.toEqual([]);
  });

  it('says nothing else and leaves nothing out, whatever the record', () => {
    fc.assert(
      fc.property(recordArbitrary, (record) => {
        const dated = record.encounters.flatMap(({ start }, i) => (start === undefined ? [] : [i]));
        notes(record).forEach((text, i) => expect(noteFaults(text, record, dated[i])).toEqual([]));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['another age', '69-year-old', '59-year-old'],
    ['another sex', 'woman', 'man'],
    ['another value', '9.1', '1.9'],
    ['another diagnosis', 'Pneumonia', 'Ammonia'],
    ['another day', '2019-01-07', '2019-01-08'],
    ['a sentence of its own', 'OUTCOME', 'He smokes.\n\nOUTCOME'],
    ['a diagnosis left out', 'Pneumonia, unspecified organism', 'Essential (primary) hypertension'],
  ])('with %s is found out', (_, text, other) => {
    const stay = notes()[1];
    expect(stay).toContain(text);
    expect(noteFaults(stay.replace(text, other), anna, 1)).not.toEqual([]);
  });
});

it.each(['bundles', 'ndjson'] as const)(
  'what is written in full as %s is valid, and comes back as it was',
  async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'full-'));
    const distinct = fc.uniqueArray(recordArbitrary, { selector: ({ id }) => id, minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(distinct, async (records) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        const stream = (async function* () {
          yield* records;
        })();
        const counts = await writeFhir(stream, folder, vocabulary, { format, gzip: false, full: true });
        expect(counts.get('Provenance')).toBe(records.length);
        const findings: Finding[] = [];
        await validateFhir(folder, { vocabulary, onFinding: (finding) => findings.push(finding) });
        expect(findings.filter(({ message }) => !message.includes('A code of RxNorm should'))).toEqual([]);
        const read: PatientRecord[] = [];
        const options = { aliases: new SystemAliases(), vocabulary, kinds: EventKind.options };
        for await (const record of readPatientRecords(folder, options, new Tally('stop'))) read.push(record);
        const byId = (a: PatientRecord, b: PatientRecord) => (a.id < b.id ? -1 : 1);
        expect(read.sort(byId).map(comparable)).toEqual(records.map(keptByFhir).sort(byId).map(comparable));
        if (format === 'ndjson') {
          const ids = readFileSync(join(folder, 'Practitioner.ndjson'), 'utf8').match(/"id":"[^"]+"/g)!;
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
      { numRuns: 4 },
    );
    rmSync(folder, { recursive: true });
  },
);
