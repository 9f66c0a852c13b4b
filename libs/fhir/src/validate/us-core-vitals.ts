import { System, UCUM } from '@ehrsynth/records';
import { category, coded, needs, type ProfileRule, rule, TERMINOLOGY, valueOrReason } from './us-core-rules.ts';
import { ALL, type Span } from './us-core-releases.ts';

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

interface VitalSign {
  loinc: string;
  name: string;
  /** UCUM's codes, of which the unit of a value is one. */
  units: readonly string[];
  /** Another code of LOINC that stands beside it. */
  beside?: string;
}

/** @see FHIR R4, observation-vitalsigns; US Core 6.1.0, which has the same units */
const SIGNS: Record<string, VitalSign> = {
  'body-weight': { loinc: '29463-7', name: 'body weight', units: ['kg', 'g', '[lb_av]'] },
  'body-height': { loinc: '8302-2', name: 'body height', units: ['cm', '[in_i]'] },
  bmi: { loinc: '39156-5', name: 'body mass index', units: ['kg/m2'] },
  'body-temperature': { loinc: '8310-5', name: 'body temperature', units: ['Cel', '[degF]'] },
  'heart-rate': { loinc: '8867-4', name: 'heart rate', units: ['/min'] },
  'respiratory-rate': { loinc: '9279-1', name: 'respiratory rate', units: ['/min'] },
  'head-circumference': { loinc: '9843-4', name: 'head circumference', units: ['cm', '[in_i]'] },
  'pulse-oximetry': {
    loinc: '59408-5',
    name: 'oxygen saturation by pulse oximetry',
    units: ['%'],
    beside: '2708-6',
  },
};
const PRESSURE_UNIT = 'mm[Hg]';

/** The two halves of a blood pressure, and the panel that they make, as codes of LOINC. */
export const BLOOD_PRESSURE = { panel: '85354-9', systolic: '8480-6', diastolic: '8462-4' } as const;

/** The profile of the vital sign that a code of LOINC names, by its short name, where it is one of a single value. */
export function profileOfVital(loinc: string | undefined): string | undefined {
  return Object.keys(SIGNS).find((profile) => SIGNS[profile].loinc === loinc);
}

/** UCUM's codes of which the profile of the vital sign, or of the pressure, wants one; undefined where it has none. */
export function unitsOfVital(loinc: string | undefined): readonly string[] | undefined {
  const profile = profileOfVital(loinc);
  if (profile) return SIGNS[profile].units;
  return loinc === BLOOD_PRESSURE.systolic || loinc === BLOOD_PRESSURE.diastolic ? [PRESSURE_UNIT] : undefined;
}

/** The code of LOINC that the profile wants beside the sign's own. */
export function besideVital(profile: string): string | undefined {
  return SIGNS[profile]?.beside;
}

/** The profile of one vital sign: its LOINC code and, where there is a value, a quantity of UCUM in one of its units. */
function vitalSign({ loinc, name, units, beside }: VitalSign): ProfileRule[] {
  const isUnit = `code in (${units.map((unit) => `'${unit}'`).join(' | ')})`;
  return [
    ...VITAL_SIGNS,
    isCode('code', loinc, name),
    ...(beside ? [isCode('code', beside, 'oxygen saturation')] : []),
    rule('value 0..1 Quantity', 'value', 'value.all($this is Quantity)', `The value of ${name} is a quantity`),
    rule(
      'value in UCUM',
      'value',
      `value.ofType(Quantity).all(${whole(isUnit)})`,
      `A quantity of ${name} has its value, its unit, and UCUM's code for it: ${units.join(', ')}`,
    ),
  ];
}

function whole(unit: string): string {
  return `value.exists() and unit.exists() and system = '${UCUM}' and code.exists() and ${unit}`;
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
      `${own}.value.all(($this is Quantity) and ${whole(`code = '${PRESSURE_UNIT}'`)})`,
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
      isCode('code', BLOOD_PRESSURE.panel, 'blood pressure'),
      rule('value 0..0', 'value', 'value.empty()', 'The values stand in the components'),
      ...pressure(BLOOD_PRESSURE.systolic, 'systolic'),
      ...pressure(BLOOD_PRESSURE.diastolic, 'diastolic'),
    ],
  },
  ...Object.fromEntries(
    Object.entries(SIGNS).map(([profile, sign]) => [
      profile,
      { releases: profile === 'pulse-oximetry' ? ALL : SINCE_4, rules: vitalSign(sign) },
    ]),
  ),
};
