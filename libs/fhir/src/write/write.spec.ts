import type { Coding } from 'fhir/r4.js';
import { type PatientRecord, System } from '@ehrsynth/records';
import { RxNormCrosswalk, Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { toResources } from './to-resources.ts';

const vocabulary = new Vocabulary();

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

const codingsOf = (ndc: string, codes: Vocabulary) => {
  const events = [{ kind: 'drug' as const, code: { system: System.ndc, code: ndc } }];
  const record: PatientRecord = { id: 'x', sex: 'male', birthDate: '1970-01-01', encounters: [], events };
  const written = toResources(record, codes).at(-1) as { medicationCodeableConcept: { coding: Coding[] } };
  return written.medicationCodeableConcept.coding.map(({ system, code }) => [system, code]);
};

it.each([
  ['a package', '00006010654', ['314076']],
  ['a product', '000060106', ['314076']],
  ['a drug that the simulator does not prescribe', '68180051301', []],
])('puts RxNorm beside the NDC of %s where the crosswalk that ships has it', (_, ndc, rxnorm) => {
  expect(codingsOf(ndc, vocabulary)).toEqual([[System.ndc, ndc], ...rxnorm.map((code) => [System.rxnorm, code])]);
});

it('puts RxNorm beside the NDC where an imported crosswalk knows it', () => {
  const rxnorm = new RxNormCrosswalk([['68180051301', '311354', 'lisinopril 5 MG Oral Tablet', '29046 lisinopril']]);
  const known = Object.create(vocabulary, { rxnorm: { value: rxnorm } }) as Vocabulary;
  const record: PatientRecord = {
    id: 'x',
    sex: 'male',
    birthDate: '1970-01-01',
    encounters: [],
    events: [{ kind: 'drug', code: { system: System.ndc, code: '68180051301' } }],
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
