import type { Encounter } from 'fhir/r4.js';
import { type PatientRecord, System } from '@ehrsynth/records';
import { encounterClass } from '../read/encounter-class.ts';
import { type Base, identifierOf, metaOf, TERMINOLOGY, type Written } from './resource.ts';
import { toPeriod } from './times.ts';

/** What each encounter class (HL7 v3-ActCode) is called, and the visit that it stands for in SNOMED CT. */
const CLASSES: Record<string, { display: string; type: [code: string, display: string] }> = {
  AMB: { display: 'ambulatory', type: ['308335008', 'Patient encounter procedure'] },
  EMER: { display: 'emergency', type: ['50849002', 'Emergency room admission'] },
  IMP: { display: 'inpatient encounter', type: ['32485007', 'Hospital admission'] },
  ACUTE: { display: 'inpatient acute', type: ['32485007', 'Hospital admission'] },
  NONAC: { display: 'inpatient non-acute', type: ['32485007', 'Hospital admission'] },
  OBSENC: { display: 'observation encounter', type: ['32485007', 'Hospital admission'] },
  SS: { display: 'short stay', type: ['32485007', 'Hospital admission'] },
  PRENC: { display: 'pre-admission', type: ['308335008', 'Patient encounter procedure'] },
  FLD: { display: 'field', type: ['308335008', 'Patient encounter procedure'] },
  HH: { display: 'home health', type: ['439708006', 'Home visit'] },
  VR: { display: 'virtual', type: ['308335008', 'Patient encounter procedure'] },
};

/** A visit, its class as one of v3-ActCode's whatever the record has. */
export function toEncounter(
  { class: given, ...span }: PatientRecord['encounters'][number],
  id: string,
  subject: Base['subject'],
): Encounter & Written {
  // Records of earlier versions, or of tables, may have what v3-ActCode does not.
  const { code } = encounterClass({ code: given });
  const { display, type } = CLASSES[code];
  const period = toPeriod(span);
  return {
    resourceType: 'Encounter',
    id,
    meta: metaOf('encounter'),
    identifier: identifierOf(id),
    status: 'finished',
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code, display },
    type: [{ coding: [{ system: System.snomed, code: type[0], display: type[1] }] }],
    subject,
    ...(period && { period }),
  };
}
