import { System } from '@ehrsynth/records';
import { coded, hl7 } from '../right-resources.ts';
import type { KindOfFault } from './kind-of-fault.ts';
import { observation, ucum } from './parts.ts';

const CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
const claim = (name: string) => ({ meta: { profile: [CORE + name] } });
const absent = (code: string) => ({ dataAbsentReason: hl7('data-absent-reason', code) });

/** Each vital sign with its code of LOINC, a value, and a unit of the same kind that R4's profile does not have. */
const SIGNS = [
  ['body-weight', '29463-7', ucum(70, 'kg'), 'mg'],
  ['body-height', '8302-2', ucum(170, 'cm'), 'm'],
  ['bmi', '39156-5', ucum(24, 'kg/m2'), 'g/m2'],
  ['body-temperature', '8310-5', ucum(37, 'Cel'), 'K'],
  ['heart-rate', '8867-4', ucum(70, '/min'), '{beats}/min'],
  ['respiratory-rate', '9279-1', ucum(14, '/min'), '/h'],
  ['head-circumference', '9843-4', ucum(40, 'cm'), 'mm'],
  ['pulse-oximetry', '59408-5', ucum(98, '%'), '1'],
] as const;
const sign = (name: string, loinc: string, value: object) => ({
  ...observation,
  ...claim(name),
  category: [hl7('observation-category', 'vital-signs')],
  code: { coding: [loinc, '2708-6'].map((code) => ({ system: System.loinc, code })) },
  valueQuantity: value,
});
const height = sign('body-height', '8302-2', ucum(170, 'cm'));
const saturation = sign('pulse-oximetry', '59408-5', ucum(98, '%'));

const half = (loinc: string, value: object) => ({ code: coded(System.loinc, loinc), ...value });
const pressure = {
  ...observation,
  ...claim('blood-pressure'),
  category: [hl7('observation-category', 'vital-signs')],
  code: coded(System.loinc, '85354-9'),
  valueQuantity: undefined,
  component: [
    half('8480-6', { valueQuantity: ucum(120, 'mm[Hg]') }),
    half('8462-4', { valueQuantity: ucum(80, 'mm[Hg]') }),
  ],
};
const [systolic, diastolic] = pressure.component;

const smoking = {
  ...observation,
  ...claim('smokingstatus'),
  category: [hl7('observation-category', 'social-history')],
  code: coded(System.loinc, '72166-2'),
  valueQuantity: undefined,
  valueCodeableConcept: coded(System.snomed, '266919005'),
};
const simple = {
  ...smoking,
  ...claim('simple-observation'),
  code: coded(System.loinc, '71802-3'),
  valueCodeableConcept: coded(System.loinc, 'LA31993-1'),
};
const patient = { reference: 'Patient/p' };
const vaccine = {
  resourceType: 'Immunization',
  id: 'i',
  ...claim('immunization'),
  status: 'completed',
  vaccineCode: coded(System.cvx, '140'),
  patient,
  occurrenceDateTime: '2010-01-01',
};
const allergy = {
  resourceType: 'AllergyIntolerance',
  id: 'a',
  ...claim('allergyintolerance'),
  clinicalStatus: hl7('allergyintolerance-clinical', 'active'),
  verificationStatus: hl7('allergyintolerance-verification', 'confirmed'),
  code: coded(System.rxnorm, '7980'),
  patient,
};

/** What US Core asks of values, and of vaccines and allergies. */
export const US_CORE_VALUES: KindOfFault = {
  broken: [
    ...SIGNS.map(([name, loinc, value, unit]): KindOfFault['broken'][number] => [
      `a ${name} in ${unit}`,
      sign(name, loinc, value),
      { valueQuantity: { ...value, unit, code: unit } },
      'profile',
      'Observation.value',
    ]),
    [
      'a height without the words of its unit',
      height,
      { valueQuantity: { ...height.valueQuantity, unit: undefined } },
      'profile',
      'Observation.value',
    ],
    [
      'a saturation without the general code',
      saturation,
      { code: coded(System.loinc, '59408-5') },
      'profile',
      'Observation.code',
    ],
    [
      'a blood pressure with a value of its own',
      pressure,
      { valueQuantity: ucum(120, 'mm[Hg]') },
      'profile',
      'Observation.value',
    ],
    [
      'a blood pressure in a unit of its own',
      pressure,
      { component: [systolic, half('8462-4', { valueQuantity: { value: 80, unit: 'mmHg' } })] },
      'profile',
      'Observation.component',
    ],
    [
      'a blood pressure of two systolic halves',
      pressure,
      { component: [systolic, systolic, diastolic] },
      'profile',
      'Observation.component',
    ],
    [
      'a half of a blood pressure without a value or a reason',
      pressure,
      { component: [systolic, half('8462-4', {})] },
      'profile',
      'Observation.component',
    ],
    [
      'a blood pressure in words',
      pressure,
      { component: [systolic, half('8462-4', { valueString: '80' })] },
      'profile',
      'Observation.component',
    ],
    [
      'a laboratory value in a unit of another system',
      observation,
      { valueQuantity: { value: 6, unit: '%', system: 'urn:x', code: '%' } },
      'profile',
      'Observation.value',
    ],
    [
      'a laboratory value of a month',
      observation,
      { effectiveDateTime: '2010-01' },
      'profile',
      'Observation.effective',
    ],
    [
      'a smoking status in packs',
      smoking,
      { valueCodeableConcept: undefined, valueQuantity: ucum(1, '{pack}/d') },
      'profile',
      'Observation.value',
    ],
    [
      'a smoking status without its time',
      smoking,
      { effectiveDateTime: undefined },
      'profile',
      'Observation.effective',
    ],
    ['a smoking status that is preliminary', smoking, { status: 'preliminary' }, 'profile', 'Observation.status'],
    [
      'a smoking status of another category',
      smoking,
      { category: [hl7('observation-category', 'survey')] },
      'profile',
      'Observation.category',
    ],
    ['a simple observation without its category', simple, { category: undefined }, 'profile', 'Observation.category'],
    [
      'a simple observation without a value or a reason',
      simple,
      { valueCodeableConcept: undefined },
      'profile',
      'Observation.value',
    ],
    [
      'a vaccine of US Core 3 of which nobody says who reported it',
      vaccine,
      claim('immunization|3.1.1'),
      'profile',
      'Immunization.primarySource',
    ],
    [
      'a vaccine of a system of its own',
      vaccine,
      { vaccineCode: coded('urn:x', '1') },
      'profile',
      'Immunization.vaccineCode',
      'warning',
    ],
    ['an allergy to nothing', allergy, { code: undefined }, 'profile', 'AllergyIntolerance.code'],
    [
      'an allergy without its status (ait-1)',
      allergy,
      { clinicalStatus: undefined },
      'invariant',
      'AllergyIntolerance',
    ],
  ],
  right: [
    ...SIGNS.map(([name, loinc, value]): KindOfFault['right'][number] => [`a ${name}`, sign(name, loinc, value), {}]),
    ['a blood pressure of both halves', pressure, {}],
    [
      'a blood pressure without its diastolic half',
      pressure,
      { component: [systolic, half('8462-4', absent('unknown'))] },
    ],
    ['a smoking status', smoking, {}],
    ['another social circumstance', simple, {}],
    ['a vaccine', vaccine, {}],
    [
      'a vaccine at a time that is not known',
      vaccine,
      {
        occurrenceDateTime: undefined,
        _occurrenceDateTime: {
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
        },
      },
    ],
    ['an allergy', allergy, {}],
  ],
};
