import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { SystemAliases } from './systems.ts';
import { readTheseResources } from '../testing/read-resources.ts';

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const PATIENT = { resourceType: 'Patient', id: 'p' };
const subject = { reference: 'Patient/p' };
const DIABETES = { system: System.icd10cm, code: 'E11.9' };

const NOTHING: [string, string, string][] = [
  ['data-absent-reason', `${HL7}/data-absent-reason`, 'unknown'],
  ['data-absent-reason as STU3 had it', 'http://hl7.org/fhir/data-absent-reason', 'masked'],
  ['NullFlavor', `${HL7}/v3-NullFlavor`, 'UNK'],
  ['NullFlavor as STU3 had it', 'http://hl7.org/fhir/v3/NullFlavor', 'NI'],
  ['NullFlavor by its OID', 'urn:oid:2.16.840.1.113883.5.1008', 'OTH'],
  ['NullFlavor with a version', `${HL7}/v3-NullFlavor|2018-08-12`, 'NA'],
  ['the patient summary', 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', 'no-problem-info'],
  ['no current problems', System.snomed, '160245001'],
  ['no known medications', System.snomed, '787481004'],
  ['no known procedures', System.snomed, '787480003'],
  ['no known allergy', System.snomed, '716186003'],
  ['no information, in an edition', 'http://snomed.info/sct/900000000000207008', '1287211007'],
  ['no vaccine administered', System.cvx, '998'],
  ['drug treatment unknown', System.snomed, '182904002'],
  ['not applicable', System.snomed, '385432009'],
  ["UMLS's name of SNOMED CT", 'http://www.nlm.nih.gov/research/umls/snomedct_us', '160245001'],
  ['SNOMED CT by its name', 'SNOMED-CT', '160245001'],
  ['SNOMED CT with www', 'http://www.snomed.info/sct', '160245001'],
  ['blanks around the system', ' http://snomed.info/sct ', '160245001'],
  ['its term beside the code', System.snomed, '160245001 |No current problems|'],
  ['blanks around the code', System.snomed, ' 160245001 '],
  ['NullFlavor by its name', 'NullFlavor', 'NI'],
  ['NullFlavor, an OID with a version', '2.16.840.1.113883.5.1008|3', 'UNK'],
  ['data-absent-reason by its OID', 'urn:oid:2.16.840.1.113883.4.642.4.1048', 'unknown'],
  ["the patient summary's in THO", `${HL7}/absent-unknown`, 'no-known-problems'],
];

it.each(NOTHING)('a code that says that nothing is known is none: %s', async (_, system, code) => {
  const nothing = { coding: [{ system, code }] };
  const { records, skipped } = await readTheseResources([
    PATIENT,
    { resourceType: 'Condition', subject, code: nothing },
    { resourceType: 'Procedure', status: 'completed', subject, code: nothing },
    { resourceType: 'MedicationStatement', status: 'active', subject, medicationCodeableConcept: nothing },
    { resourceType: 'Observation', status: 'final', subject, code: nothing, valueString: 'x' },
    { resourceType: 'Condition', subject, code: { coding: [{ system, code }, DIABETES] } },
  ]);
  expect(records[0].events.map((event) => event.code.code)).toEqual(['E11.9']);
  const once = { 'no code but that nothing is known': 1 };
  expect(skipped).toEqual({ Condition: once, Procedure: once, MedicationStatement: once, Observation: once });
});

it('a code of a system that the user names says nothing too', async () => {
  const { records, skipped } = await readTheseResources(
    [PATIENT, { resourceType: 'Condition', subject, code: { coding: [{ system: 'urn:own', code: '160245001' }] } }],
    { aliases: new SystemAliases(['urn:own=snomed']) },
  );
  expect(records[0].events).toEqual([]);
  expect(skipped).toEqual({ Condition: { 'no code but that nothing is known': 1 } });
});

it.each<[string, string, string]>([
  ['a code of SNOMED CT', System.snomed, '44054006'],
  ['a system that only sounds alike', 'urn:x:not-data-absent-reasons', 'unknown'],
  ['a vaccine', System.cvx, '140'],
])('%s is one', async (_, system, code) => {
  const { records } = await readTheseResources([
    PATIENT,
    { resourceType: 'Condition', subject, code: { coding: [{ system, code }] } },
  ]);
  expect(records[0].events).toHaveLength(1);
});
