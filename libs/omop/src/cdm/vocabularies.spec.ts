import { OMOP_VOCABULARY, System, systemName } from '@ehrsynth/records';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { systemOfVocabulary, vocabularyOfSystem } from './vocabularies.ts';

/** As Athena lists them, and ids that sites give. */
const IDS = [
  'SNOMED',
  'RxNorm',
  'RxNorm Extension',
  'LOINC',
  'ICD10',
  'ICD10CM',
  'ICD10PCS',
  'ICD9CM',
  'ICD9Proc',
  'ICD10GM',
  'OPS',
  'ICDO3',
  'CPT4',
  'HCPCS',
  'NDC',
  'ATC',
  'CVX',
  'UCUM',
  'MeSH',
  'dm+d',
  'NDFRT',
  'MedDRA',
  'Read',
  'OPCS4',
  'DRG',
  'Revenue Code',
  'NUCC',
  'UNII',
  'HGNC',
  'Race',
  'Gender',
  'UB04 Typ bill',
  'Place of Service',
  'CMS Place of Service',
  'SNOMED Veterinary',
  'Nebraska Lexicon',
  'OMOP Extension',
  'OMOP Genomic',
  'KCD7',
  'JMDC',
  'GCN_SEQNO',
  'VA Class',
  'None',
  'Custom A',
  'Custom B',
  'constructor',
  '__proto__',
  'a/b|c#d%20',
  'Ä ö',
  'source 1',
];
const id = fc.oneof(fc.constantFrom(...IDS), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 25 }));

it.each([
  ['SNOMED', System.snomed],
  ['ICD10CM', System.icd10cm],
  ['ICD10', 'http://hl7.org/fhir/sid/icd-10'],
  ['UCUM', 'http://unitsofmeasure.org'],
  // Capitals, and the blanks of a CHAR(20).
  ['snomed', System.snomed],
  ['ICD10cm             ', System.icd10cm],
  // Vocabularies of their own.
  ['RxNorm Extension', 'urn:ohdsi:vocabulary:RxNorm%20Extension'],
  ['SNOMED Veterinary', 'urn:ohdsi:vocabulary:SNOMED%20Veterinary'],
  ['constructor', 'urn:ohdsi:vocabulary:constructor'],
])('knows the vocabulary %j as %s', (vocabulary, system) => {
  expect(systemOfVocabulary(vocabulary, 'OMOP generated')).toBe(system);
  expect(systemOfVocabulary(vocabulary, 'http://hospital.example/codes')).toBe(system);
});

it('finds each vocabulary by its system again, and no two by one', () => {
  expect(new Set(IDS.map((one) => systemOfVocabulary(one))).size).toBe(IDS.length);
  for (const one of IDS) expect(vocabularyOfSystem(systemOfVocabulary(one))).toBe(one);
  fc.assert(
    fc.property(id, id, (a, b) => {
      const system = systemOfVocabulary(a);
      // A URI that is relative to nothing, without blanks, as FHIR wants it.
      expect(system).toMatch(/^[a-z][a-z0-9+.-]*:[!-~]+$/);
      expect(new URL(system).protocol).toMatch(/^(?:urn|https?):$/);
      const written = vocabularyOfSystem(system);
      expect([...written].length).toBeLessThanOrEqual(20);
      expect(systemOfVocabulary(written, system)).toBe(system);
      if (system.startsWith(OMOP_VOCABULARY) && [...a].length <= 20) expect(written).toBe(a);
      if (a.trim().toLowerCase() !== b.trim().toLowerCase()) expect(systemOfVocabulary(b)).not.toBe(system);
    }),
  );
});

it("keeps systems that are not OHDSI's apart, and finds them by their reference", () => {
  const system = fc.oneof(
    fc.webUrl(),
    fc.constantFrom(
      'urn:oid:1.2.3',
      `${OMOP_VOCABULARY}rx%6Eorm`,
      `${OMOP_VOCABULARY}%ZZ`,
      `${OMOP_VOCABULARY}SNOMED`,
      OMOP_VOCABULARY,
    ),
  );
  fc.assert(
    fc.property(system, system, (a, b) => {
      const written = vocabularyOfSystem(a);
      expect(written).toMatch(/^ehrsynth [0-9a-f]{11}$/);
      expect(systemOfVocabulary(written, a)).toBe(a);
      if (a !== b) expect(vocabularyOfSystem(b)).not.toBe(written);
      // Of another's making: the id is all that it is known by.
      expect(systemOfVocabulary(written, b === a ? 'http://x' : b)).toBe(OMOP_VOCABULARY + encodeURIComponent(written));
    }),
  );
});

it.each([
  ['urn:ohdsi:vocabulary:RxNorm%20Extension', 'RxNorm Extension (OMOP vocabulary)'],
  ['urn:ohdsi:vocabulary:%ZZ', '%ZZ (OMOP vocabulary)'],
  ['urn:ehrsynth:source-value-of:procedure_occurrence', 'source value of procedure_occurrence'],
  ['constructor', 'constructor'],
])('names the system %s as %s', (system, name) => expect(systemName(system)).toBe(name));
