import { UCUM } from '@ehrsynth/records';
import { coded, RIGHT } from '../right-resources.ts';

/** What the cases are put together from. */
export const { patient, condition, encounter, medication, observation } = RIGHT;
export const SUBJECT = 'Condition.subject';
export const X = { url: 'urn:x', valueCode: 'x' };
export const to = (reference: unknown, more = {}) => ({ subject: { reference, ...more } });
export const ucum = (value: number, code: string) => ({ value, unit: code, system: UCUM, code });
export const organization = { resourceType: 'Organization', id: 'g', name: 'x' };
export const risk = {
  resourceType: 'RiskAssessment',
  id: 'k',
  status: 'final',
  subject: { reference: 'Patient/p' },
};
export const parameters = { resourceType: 'Parameters', id: 'a' };
export const questionnaire = { resourceType: 'Questionnaire', id: 'q', status: 'draft' };
export const family = {
  resourceType: 'FamilyMemberHistory',
  id: 'f',
  status: 'completed',
  patient: { reference: 'Patient/p' },
  relationship: coded('http://terminology.hl7.org/CodeSystem/v3-RoleCode', 'MTH'),
};
export const collection = (entry: object[]) => ({ resourceType: 'Bundle', type: 'collection', entry });
export const at = (fullUrl: string, resource: object) => collection([{ fullUrl, resource }]);
export const onset = (age: object) => ({ onsetDateTime: undefined, onsetAge: age });
export const dose = (quantity: object) => ({ dosageInstruction: [{ doseAndRate: [quantity] }] });
export const range = (low: object, high: object) => ({ valueQuantity: undefined, valueRange: { low, high } });
export const div = (inner: string) => ({
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` },
});
export const nested = (item: object) => ({
  item: [{ linkId: '1', type: 'group', item: [{ linkId: '2', ...item }] }],
});
