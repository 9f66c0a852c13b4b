import type { Condition, DocumentReference, Encounter } from 'fhir/r4.js';
import { addDays, type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toResources } from '../to-resources.ts';
import { inFull } from './in-full.ts';

const vocabulary = new Vocabulary();
const FIRST_DAY = '2015-01-01';
const diagnosis = fc
  .record({
    illness: fc.nat({ max: 39 }),
    day: fc.nat({ max: 30 }),
    active: fc.constantFrom(true, false, undefined),
    time: fc.constantFrom(undefined, '08:05', '23:59'),
  })
  .map(({ illness, day, active, time }): CodedEvent => {
    // Two codes of one title, as two revisions of a classification have.
    const code = { system: System.icd10cm, code: `X${illness}`, display: `Illness ${illness % 35}` };
    return { kind: 'condition', code, start: addDays(FIRST_DAY, day), ...(time && { startTime: time }), active };
  });
const longHistory = fc
  .record({ diagnoses: fc.array(diagnosis, { minLength: 25, maxLength: 60 }), day: fc.integer({ min: 10, max: 35 }) })
  .map(({ diagnoses, day }): PatientRecord => ({
    id: 'dora',
    sex: 'female',
    birthDate: '1960-01-01',
    encounters: [{ class: 'AMB', start: addDays(FIRST_DAY, day), startTime: '10:00' }],
    events: diagnoses,
  }));

/** Titles of diagnoses before an encounter that are not over by their last record, as whoever has the export alone would count them. */
function countedInExport(conditions: readonly Condition[], encounter: Encounter): string[] {
  const day = encounter.period!.start!.slice(0, 10);
  const dayOf = ({ recordedDate }: Condition) => recordedDate!.slice(0, 10);
  const earlier = conditions.filter((one) => dayOf(one) < day);
  return [...new Set(earlier.map(({ code }) => code!.text!))].filter((title) => {
    const own = earlier.filter(({ code }) => code!.text === title);
    const last = own.map(dayOf).sort().at(-1);
    return own.some((one) => dayOf(one) === last && one.clinicalStatus?.coding?.[0].code !== 'resolved');
  });
}

it('counts earlier diagnoses as whoever reads the exported Conditions does', () => {
  let long = 0;
  fc.assert(
    fc.property(longHistory, (record) => {
      const { resources } = inFull(record, toResources(record, vocabulary));
      const of = <T>(type: string) => resources.filter((one) => one.resourceType === type) as unknown as T[];
      const titles = countedInExport(of<Condition>('Condition'), of<Encounter>('Encounter')[0]);
      const [{ content }] = of<DocumentReference>('DocumentReference');
      const note = Buffer.from(content[0].attachment.data!, 'base64').toString();
      const said = /most recent of (\d+)|\((\d+) diagnoses/.exec(note);
      const listed = new Set(note.match(/Illness \d+(?= \()/g));
      expect(listed.size).toBe(Math.min(titles.length, 10));
      expect(titles).toEqual(expect.arrayContaining([...listed]));
      if (titles.length > 10) expect(said?.[1] ?? said?.[2]).toBe(String(titles.length));
      else expect(said).toBeNull();
      long += Number(titles.length > 10);
    }),
    { numRuns: 100, seed: 5 },
  );
  expect(long).toBeGreaterThan(10);
});
