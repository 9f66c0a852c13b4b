import { afterAll, describe, expect, it } from 'vitest';
import type { Cdm } from '../testing/cdm.ts';
import {
  codesFromBoth,
  concept,
  device,
  drug,
  measurement,
  observation,
  person,
  procedure,
} from '../testing/coded-cdm.ts';

const { places, stop } = await codesFromBoth();
afterAll(stop);

describe.each(places)('the kind of an event of a CDM in %s', (_, read, isThere) => {
  const test = it.runIf(isThere);
  const concepts = [
    concept(11, 'SNOMED', '365980008', 'Observation'),
    concept(12, 'SNOMED', '38341003', 'Condition'),
    concept(13, 'HCPCS', 'A0428', 'Observation'),
    concept(14, 'HCPCS', 'J1100', 'Drug'),
    concept(15, 'SNOMED', '14106009', 'Device'),
    concept(16, 'ICD10CM', 'Z79.4', 'Observation'),
    concept(17, 'SNOMED', '1', 'Condition/Meas'),
    concept(18, 'SNOMED', '2', 'Meas Value'),
    concept(19, 'NDC', '00093104801', 'Device'),
    concept(20, 'Read', '44', 'Meas/Procedure'),
    concept(21, 'CPT4', '82947', 'Measurement'),
    concept(22, 'CPT4', '1036F', 'Observation'),
    concept(23, 'CPT4', '99213', 'Procedure'),
    concept(24, 'ICD10PCS', '4A02XM4', 'Measurement'),
    concept(25, 'LOINC', '4548-4', 'Measurement'),
    concept(26, 'ICD10CM', 'I10'),
    concept(27, 'HCPCS', 'G0103', 'Measurement'),
    concept(28, 'OPCS4', 'X29.2', 'Procedure'),
  ];
  test.each<[string, Cdm, string]>([
    ['tobacco use', { observation: [observation(1, 0, 11, '')] }, 'measurement SNOMED CT 365980008'],
    ['an ambulance', { observation: [observation(1, 0, 13, '')] }, 'measurement HCPCS A0428'],
    ['a disorder among observations', { observation: [observation(1, 0, 12, '')] }, 'condition SNOMED CT 38341003'],
    ['a drug among observations', { observation: [observation(1, 0, 14, '')] }, 'drug HCPCS J1100'],
    ['ICD-10-CM among observations', { observation: [observation(1, 11, 16, '')] }, 'condition ICD-10-CM Z79.4'],
    [
      "the standard concept's domain",
      { observation: [observation(1, 12, '', 'local 1')] },
      'condition source value of observation local 1',
    ],
    [
      "the source concept's before the standard one's",
      { observation: [observation(1, 12, 11, '')] },
      'measurement SNOMED CT 365980008',
    ],
    ['ICD-10-CM by its form alone', { observation: [observation(1, 0, '', 'Z79.4')] }, 'condition ICD-10-CM Z79.4'],
    [
      'HCPCS that ICD-10-CM has too',
      { observation: [observation(1, 0, '', 'J1100')] },
      'measurement source value of observation J1100',
    ],
    [
      'no concept',
      { observation: [observation(1, 0, '', 'local 1')] },
      'measurement source value of observation local 1',
    ],
    ['two domains', { observation: [observation(1, 0, 17, '')] }, 'condition SNOMED CT 1'],
    ['Meas', { observation: [observation(1, 0, 20, '')] }, 'measurement Read Codes version 2 44'],
    ['a value', { observation: [observation(1, 0, 18, '')] }, 'measurement SNOMED CT 2'],
    ['a device', { device_exposure: [device(1, 0, 15, '')] }, 'procedure SNOMED CT 14106009'],
    ['a device by NDC', { device_exposure: [device(1, 0, 19, '')] }, 'drug NDC 00093104801'],
    [
      'a laboratory test in CPT-4',
      { measurement: [measurement(1, 0, 21, '', { value_as_number: 95 })] },
      'measurement CPT 82947',
    ],
    ['one without its value', { measurement: [measurement(1, 0, 21, '')] }, 'measurement CPT 82947'],
    ['one in HCPCS', { measurement: [measurement(1, 0, 27, '')] }, 'measurement HCPCS G0103'],
    ['CPT-4 among procedures', { procedure_occurrence: [procedure(1, 0, 21, '')] }, 'procedure CPT 82947'],
    ['CPT-4 among observations', { observation: [observation(1, 0, 22, '')] }, 'measurement CPT 1036F'],
    ['a procedure among observations', { observation: [observation(1, 0, 23, '')] }, 'procedure CPT 99213'],
    ['a drug given, in OPCS-4', { drug_exposure: [drug(1, 0, 28, '')] }, 'drug OPCS-4 X29.2'],
    ['LOINC among procedures', { procedure_occurrence: [procedure(1, 0, 25, '')] }, 'procedure LOINC 4548-4'],
    ['ICD-10-PCS among measurements', { measurement: [measurement(1, 0, 24, '')] }, 'procedure ICD-10-PCS 4A02XM4'],
    [
      'ICD-10-PCS with a number',
      { measurement: [measurement(1, 0, 24, '', { value_as_number: 5 })] },
      'measurement ICD-10-PCS 4A02XM4',
    ],
    [
      'ICD-10-PCS with an answer',
      { measurement: [measurement(1, 0, 24, '', { value_as_concept_id: 9191 })] },
      'measurement ICD-10-PCS 4A02XM4',
    ],
    ['ICD-10-CM among procedures', { procedure_occurrence: [procedure(1, 0, 26, '')] }, 'condition ICD-10-CM I10'],
    ['a disorder among drugs', { drug_exposure: [drug(1, 0, 12, '')] }, 'drug SNOMED CT 38341003'],
    [
      'a disorder among procedures',
      { procedure_occurrence: [procedure(1, 0, 12, '')] },
      'procedure SNOMED CT 38341003',
    ],
  ])('%s', async (_, tables, event) => {
    expect((await read({ person, concept: concepts, ...tables })).events).toEqual([event]);
  });
});
