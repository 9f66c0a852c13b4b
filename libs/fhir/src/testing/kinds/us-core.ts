import { System } from '@ehrsynth/records';
import { coded, hl7 } from '../right-resources.ts';
import type { KindOfFault } from './kind-of-fault.ts';
import { condition, encounter, medication, observation, patient, ucum } from './parts.ts';

const CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
const claim = (name: string) => ({ meta: { profile: [CORE + name] } });
const sex = (name: string) => ({
  extension: [{ url: CORE + name, valueCoding: { system: System.snomed, code: '248152002' } }],
});
const problem = { ...condition, encounter: undefined };
const vital = (name: string, loinc: string, more: object) => ({
  ...observation,
  ...claim(name),
  category: [hl7('observation-category', 'vital-signs')],
  code: coded(System.loinc, loinc),
  ...more,
});
const weight = vital('body-weight', '29463-7', { valueQuantity: ucum(70, 'kg') });
const component = (loinc: string, unit = 'mm[Hg]') => ({
  code: coded(System.loinc, loinc),
  valueQuantity: ucum(80, unit),
});
const pressure = (...components: object[]) =>
  vital('blood-pressure', '85354-9', { valueQuantity: undefined, component: components });
const procedure = {
  resourceType: 'Procedure',
  id: 'r',
  status: 'not-done',
  code: coded(System.icd10pcs, '0DTJ4ZZ'),
  subject: { reference: 'Patient/p' },
};
const unrequested = { ...medication, requester: undefined };
const ordered = { ...medication, authoredOn: '2010-01-01' };
const category = { category: [hl7('condition-category', 'problem-list-item')] };

/** Rules of US Core by the release that is claimed. */
export const US_CORE: KindOfFault = {
  broken: [
    ['no gender in US Core 7', patient, { ...claim('patient|7.0.0'), gender: undefined }, 'profile', 'Patient.gender'],
    ['no gender in US Core 3', patient, { ...claim('patient|3.1.1'), gender: undefined }, 'profile', 'Patient.gender'],
    [
      'no name in US Core 9',
      patient,
      { ...claim('patient|9.0.0'), ...sex('individual-sex'), gender: undefined, name: undefined },
      'profile',
      'Patient.name',
    ],
    ['a telephone without its number', patient, { telecom: [{ system: 'phone' }] }, 'profile', 'Patient.telecom'],
    [
      'a name with a reason in US Core 3',
      patient,
      {
        ...claim('patient|3.1.1'),
        name: [
          {
            extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
          },
        ],
      },
      'profile',
      'Patient.name',
    ],
    [
      'an identifier of an encounter without its system',
      encounter,
      { identifier: [{ value: '1' }] },
      'profile',
      'Encounter.identifier',
    ],
    [
      'a condition without its category in US Core 3',
      problem,
      { ...claim('condition|3.1.1'), category: undefined },
      'profile',
      'Condition.category',
    ],
    [
      'a problem that is a diagnosis',
      problem,
      claim('condition-problems-health-concerns|6.1.0'),
      'profile',
      'Condition.category',
    ],
    [
      'an order without its date in US Core 3',
      medication,
      claim('medicationrequest|3.1.1'),
      'profile',
      'MedicationRequest.authoredOn',
    ],
    [
      'a plan without its requester in US Core 5',
      unrequested,
      { ...claim('medicationrequest|5.0.1'), intent: 'plan' },
      'profile',
      'MedicationRequest.requester',
    ],
    [
      'an order without its requester in US Core 6',
      unrequested,
      claim('medicationrequest|6.1.0'),
      'profile',
      'MedicationRequest.requester',
    ],
    [
      'a procedure not done without its time in US Core 4',
      procedure,
      claim('procedure|4.0.0'),
      'profile',
      'Procedure.performed',
    ],
    ['a weight of another code', weight, { code: coded(System.loinc, '8302-2') }, 'profile', 'Observation.code'],
    ['a weight in words', weight, { valueQuantity: undefined, valueString: '70 kg' }, 'profile', 'Observation.value'],
    [
      'a weight in a unit of its own',
      weight,
      { valueQuantity: { value: 70, unit: 'kg' } },
      'profile',
      'Observation.value',
    ],
    ['a weight of a month', weight, { effectiveDateTime: '2010-01' }, 'profile', 'Observation.effective'],
    ['a blood pressure of one component', pressure(component('8480-6')), {}, 'profile', 'Observation.component'],
    [
      'a blood pressure in kPa',
      pressure(component('8480-6', 'kPa'), component('8462-4')),
      {},
      'profile',
      'Observation.component',
    ],
  ],
  right: [
    ['no gender in US Core 8', patient, { ...claim('patient|8.0.1'), ...sex('sex'), gender: undefined }],
    ['no gender in US Core 9', patient, { ...claim('patient|9.0.0'), ...sex('individual-sex'), gender: undefined }],
    ['no gender beside the sex of US Core 9', patient, { ...sex('individual-sex'), gender: undefined }],
    ['no gender beside the sex of US Core 8', patient, { ...sex('sex'), gender: undefined }],
    [
      'a name with a reason in US Core 4',
      patient,
      {
        ...claim('patient|4.0.0'),
        name: [
          {
            extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
          },
        ],
      },
    ],
    ['a condition of US Core 3', problem, { ...claim('condition|3.1.1'), ...category }],
    ['a condition of US Core 3 or 4', problem, { ...claim('condition'), ...category }],
    ['a problem', problem, { ...claim('condition-problems-health-concerns|7.0.0'), ...category }],
    ['a dated order in US Core 3', ordered, claim('medicationrequest|3.1.1')],
    ['an order without its date in US Core 4', medication, claim('medicationrequest|4.0.0')],
    ['a plan without its requester in US Core 6', unrequested, { ...claim('medicationrequest|6.1.0'), intent: 'plan' }],
    ['a procedure not done without its time in US Core 5', procedure, claim('procedure|5.0.1')],
    ['a weight', weight, {}],
    [
      'a weight that was not taken',
      weight,
      { valueQuantity: undefined, dataAbsentReason: hl7('data-absent-reason', 'unknown') },
    ],
    ['a blood pressure', pressure(component('8480-6'), component('8462-4')), {}],
    [
      'a blood pressure of which half is missing',
      pressure(component('8480-6'), {
        code: coded(System.loinc, '8462-4'),
        dataAbsentReason: hl7('data-absent-reason', 'unknown'),
      }),
      {},
    ],
    ['a profile that a release lacks', weight, claim('body-weight|3.1.1')],
    [
      'a ballot, by whose rules none is judged',
      patient,
      { ...claim('patient|7.0.0-ballot'), gender: undefined, name: undefined },
    ],
  ],
};
