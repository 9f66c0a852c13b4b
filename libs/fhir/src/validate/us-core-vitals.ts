import { System } from '@ehrsynth/records';
import {
  category,
  coded,
  needs,
  type ProfileRule,
  rule,
  TERMINOLOGY,
  valueOrReason,
} from './us-core-rules.ts';
import { ALL, type Span } from './us-core-releases.ts';

const UCUM = 'http://unitsofmeasure.org';
const SINCE_4: Span = [4, ALL[1]];

const VITAL_SIGNS: ProfileRule[] = [
  needs('status'),
  category('vital-signs', `${TERMINOLOGY}/observation-category`),
  needs('code'),
  needs('subject'),
  needs('effective'),
  rule(
    'vs-1',
    'effective',
    'effective.ofType(dateTime).all($this.toString().length() >= 8)',
    'A time is given to the day at least',
  ),
  coded('code', [System.loinc], 'LOINC'),
  valueOrReason('vs-2'),
  rule(
    'vs-3',
    'component',
    'component.all(value.exists() or dataAbsentReason.exists())',
    'A component has a value, or the reason why it is missing',
  ),
];

/** The profile of one vital sign: its LOINC code and, where there is a value, a quantity of UCUM with its unit. */
function vitalSign(loinc: string, name: string): ProfileRule[] {
  return [
    ...VITAL_SIGNS,
    isCode('code', loinc, name),
    rule(
      'value 0..1 Quantity',
      'value',
      'value.all($this is Quantity)',
      `The value of ${name} is a quantity`,
    ),
    rule('value in UCUM', 'value', `value.ofType(Quantity).all(${whole()})`, WHOLE_QUANTITY),
  ];
}

const WHOLE_QUANTITY = 'A quantity has its value, its unit, and the code of UCUM for it';

function whole(unit = 'code.exists()'): string {
  return `value.exists() and unit.exists() and system = '${UCUM}' and ${unit}`;
}

function isCode(path: string, loinc: string, name: string): ProfileRule {
  const expression = `code.coding.exists(system = '${System.loinc}' and code = '${loinc}')`;
  return rule(`code ${loinc}`, path, expression, `One code must be ${loinc} of LOINC (${name})`);
}

/** One component of a blood pressure, in mm of mercury. */
function pressure(loinc: string, name: string): ProfileRule[] {
  const own = `component.where(code.coding.exists(system = '${System.loinc}' and code = '${loinc}'))`;
  return [
    rule(`component ${loinc}`, 'component', `${own}.count() = 1`, `One component is the ${name} pressure`),
    rule(
      `component ${loinc} in mm[Hg]`,
      'component',
      `${own}.value.all(($this is Quantity) and ${whole("code = 'mm[Hg]'")})`,
      `The ${name} pressure is a quantity in mm[Hg] of UCUM with its unit`,
    ),
  ];
}

/** US Core's profiles of vital signs, by their short names, with the releases that have them. */
export const VITAL_SIGN_PROFILES: Record<string, { releases: Span; rules: ProfileRule[] }> = {
  'vital-signs': { releases: SINCE_4, rules: VITAL_SIGNS },
  'blood-pressure': {
    releases: SINCE_4,
    rules: [
      ...VITAL_SIGNS,
      isCode('code', '85354-9', 'blood pressure'),
      ...pressure('8480-6', 'systolic'),
      ...pressure('8462-4', 'diastolic'),
    ],
  },
  'body-weight': { releases: SINCE_4, rules: vitalSign('29463-7', 'body weight') },
  'body-height': { releases: SINCE_4, rules: vitalSign('8302-2', 'body height') },
  bmi: { releases: SINCE_4, rules: vitalSign('39156-5', 'body mass index') },
  'body-temperature': { releases: SINCE_4, rules: vitalSign('8310-5', 'body temperature') },
  'heart-rate': { releases: SINCE_4, rules: vitalSign('8867-4', 'heart rate') },
  'respiratory-rate': { releases: SINCE_4, rules: vitalSign('9279-1', 'respiratory rate') },
  'head-circumference': { releases: SINCE_4, rules: vitalSign('9843-4', 'head circumference') },
  'pulse-oximetry': { releases: ALL, rules: vitalSign('59408-5', 'oxygen saturation by pulse oximetry') },
};
