import { System } from '@ehrsynth/records';
import { readTheseResources } from './read-resources.ts';
import { coded, hl7 } from './right-resources.ts';

/** Whose claims `readClaims` reads. */
export const PATIENT = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1950-05-01' };
export const SUPPORT = 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType';
export const [E11, I10, CPT, NDC] = [
  coded(System.icd10cm, 'E11.9'),
  coded(System.icd10cm, 'I10'),
  coded(System.cpt, '99213'),
  coded(System.ndc, '00093-1048-01'),
];
export const diagnosis = (concept: object) => ({ diagnosisCodeableConcept: concept });
export const line = (concept: object, more: object = {}) => ({ productOrService: concept, ...more });

/** An ExplanationOfBenefit that is read, but for these elements. */
export function eob(elements: object = {}) {
  return {
    resourceType: 'ExplanationOfBenefit',
    id: 'eob',
    status: 'active',
    use: 'claim',
    outcome: 'complete',
    type: hl7('claim-type', 'professional'),
    patient: { reference: 'Patient/p' },
    billablePeriod: { start: '2020-01-01', end: '2020-01-02' },
    created: '2020-02-01',
    ...elements,
  };
}

/** What is read of a patient's claims: events as "kind code start". */
export async function readClaims(...resources: object[]) {
  const { records, skipped, tally } = await readTheseResources([PATIENT, ...resources]);
  const { events, encounters } = records[0];
  return {
    events: events.map(({ kind, code, start }) => `${kind} ${code.code} ${start}`),
    places: events.map(({ encounter }) => encounter),
    full: events,
    encounters,
    skipped,
    notes: Object.fromEntries(tally.notes),
    used: Object.fromEntries(tally.used),
  };
}
