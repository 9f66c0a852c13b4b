import { System } from '@ehrsynth/records';
import { codeFormFault } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { encounterClass } from './encounter-class.ts';
import { SNOMED_VISITS } from './visit-codes.ts';

const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const EPIC = 'urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0004';

describe('encounterClass', () => {
  it.each([
    [{ system: ACT, code: 'IMP' }, 'IMP'],
    [{ system: ACT, code: 'imp' }, 'IMP'],
    [{ system: 'http://hl7.org/fhir/v3/ActCode', code: 'EMER' }, 'EMER'],
    [{ system: 'urn:oid:2.16.840.1.113883.5.4', code: 'OBSENC' }, 'OBSENC'],
    [{ code: 'IMP' }, 'IMP'],
    [{ system: null, code: 'SS' }, 'SS'],
  ])('keeps %j', (coding, code) => expect(encounterClass(coding)).toEqual({ code }));

  it.each([
    [{ system: System.cpt, code: '99205' }, 'AMB'],
    [{ system: 'CPT', code: '99223' }, 'IMP'],
    [{ system: System.cpt, code: '99220' }, 'OBSENC'],
    [{ system: System.cpt, code: '99284' }, 'EMER'],
    [{ system: System.cpt, code: '99308' }, 'NONAC'],
    [{ system: System.cpt, code: '99349' }, 'HH'],
    [{ system: System.cpt, code: '99442' }, 'VR'],
    [{ system: System.cpt, code: '98967' }, 'VR'],
    [{ system: System.hcpcs, code: 'G0381' }, 'EMER'],
    [{ system: System.hcpcs, code: 'G0438' }, 'AMB'],
    [{ system: System.snomed, code: '4525004' }, 'EMER'],
    [{ system: System.snomed, code: '32485007' }, 'IMP'],
    [{ system: V2, code: 'I' }, 'IMP'],
    [{ system: V2, code: 'O' }, 'AMB'],
    [{ system: 'http://hl7.org/fhir/v2/0004', code: 'E' }, 'EMER'],
    [{ system: V2, code: 'P' }, 'PRENC'],
    [{ system: 'http://hl7.org/fhir/encounter-class', code: 'inpatient' }, 'IMP'],
    [{ system: EPIC, code: '5', display: 'Emergency' }, 'EMER'],
    [{ system: EPIC, code: '13', display: 'Support OP Encounter, Telephone' }, 'VR'],
    [{ system: EPIC, code: '4', display: 'Hospital Outpatient Visit' }, 'AMB'],
    [{ system: EPIC, code: '1', display: 'Hospital Encounter' }, 'IMP'],
    [{ system: EPIC, code: '9', display: 'Urgent Care' }, 'AMB'],
    [{ system: 'http://hospital.example/class', code: 'IMP' }, 'IMP'],
    [{ code: 'emergency' }, 'EMER'],
  ])('reads %j as %s, and counts it', (coding, code) => {
    expect(encounterClass(coding)).toMatchObject({
      code,
      note: { reason: "encounter class of another system, read as HL7's" },
    });
  });

  it.each([
    [{ system: EPIC, code: '5' }, '5'],
    [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }, 'unknown'],
    [{ system: ACT, code: 'WELLNESS' }, 'WELLNESS'],
    [{ system: V2, code: 'N' }, 'N'],
    [{ system: System.cpt, code: '36415' }, '36415'],
    [{ system: 'http://hospital.example/class', code: 'SS' }, 'SS'],
    [{ system: ACT, code: 'constructor' }, 'constructor'],
    [{}, 'no class'],
    [null, 'no class'],
    [undefined, 'no class'],
  ])('takes %j for ambulatory, and counts it', (coding, said) => {
    const { code, note } = encounterClass(coding);
    expect({ code, reason: note?.reason }).toEqual({
      code: 'AMB',
      reason: 'encounter class not known, read as ambulatory',
    });
    expect(note!.detail).toContain(said);
  });

  const FORM = 'class in a form that is not of R4';
  it.each<[object, string, string]>([
    [{ coding: [{ system: ACT, code: 'IMP' }] }, 'IMP', FORM],
    [
      {
        coding: [
          { system: EPIC, code: '3' },
          { system: ACT, code: 'EMER' },
        ],
      },
      'EMER',
      FORM,
    ],
    [{ coding: [{ system: V2, code: 'I' }] }, 'IMP', FORM],
    [{ coding: [], text: 'Home visit' }, 'HH', FORM],
    [{ coding: [null, { code: 7 }] }, 'AMB', 'encounter class not known, read as ambulatory'],
    [{ coding: [{ system: EPIC, code: '3' }] }, 'AMB', 'encounter class not known, read as ambulatory'],
  ])('reads the concept %j as %s', (concept, code, reason) => {
    expect(encounterClass(concept)).toMatchObject({ code, note: { reason } });
  });

  it('asks the type of the encounter where the class says nothing', () => {
    const types = [
      { coding: [{ system: 'http://x.example', code: '7' }] },
      { coding: [{ system: System.cpt, code: '99283' }] },
    ];
    expect(encounterClass(undefined, types)).toMatchObject({
      code: 'EMER',
      note: { reason: "encounter class read from the encounter's type" },
    });
    expect(encounterClass({ system: ACT, code: 'IMP' }, types)).toEqual({ code: 'IMP' });
    expect(encounterClass(null, [{ text: 'Home visit' }]).code).toBe('HH');
    expect(encounterClass(null, [null as never, { coding: [null as never] }]).code).toBe('AMB');
  });
});

it('maps no SNOMED CT identifier that is none', () => {
  const faults = Object.keys(SNOMED_VISITS).filter((code) => codeFormFault(System.snomed, code));
  expect(faults).toEqual([]);
});
