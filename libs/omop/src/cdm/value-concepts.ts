import { type Code, type Comparator, System } from '@ehrsynth/records';
import { UCUM, ucumOf } from '@ehrsynth/units';
import { FIRST_LOCAL_CONCEPT } from './concepts.ts';
import { ALWAYS_VALID, type Row } from './own-concepts.ts';

/** A usual concept of a value, that has its id and code where nobody has Athena's files. All are standard. */
export interface ValueConcept extends Code {
  id: number;
  display: string;
  domain: 'Unit' | 'Meas Value Operator' | 'Route' | 'Meas Value';
  vocabulary: string;
  class: string;
}

/** unit_concept_id, UCUM's code, OHDSI's name. */
const UNITS: [number, string, string][] = [
  [8504, 'g', 'gram'],
  [8505, 'h', 'hour'],
  [8510, '[U]', 'unit'],
  [8511, 'wk', 'week'],
  [8512, 'd', 'day'],
  [8519, 'L', 'liter'],
  [8523, '{ratio}', 'ratio'],
  [8541, '/min', 'per minute'],
  [8550, 'min', 'minute'],
  [8554, '%', 'percent'],
  [8555, 's', 'second'],
  [8564, 'pg', 'picogram'],
  [8576, 'mg', 'milligram'],
  [8582, 'cm', 'centimeter'],
  [8583, 'fL', 'femtoliter'],
  [8587, 'mL', 'milliliter'],
  [8588, 'mm', 'millimeter'],
  [8617, 'm2', 'square meter'],
  [8636, 'g/L', 'gram per liter'],
  [8645, 'U/L', 'unit per liter'],
  [8647, '/uL', 'per microliter'],
  [8698, 'L/min', 'liter per minute'],
  [8713, 'g/dL', 'gram per deciliter'],
  [8718, '[iU]', 'international unit'],
  [8723, 'mg/g', 'milligram per gram'],
  [8725, 'ng/L', 'nanogram per liter'],
  [8729, 'pmol/L', 'picomole per liter'],
  [8734, '10*12/L', 'trillion per liter'],
  [8736, 'nmol/L', 'nanomole per liter'],
  [8739, '[lb_us]', 'pound (US)'],
  [8748, 'ug/L', 'microgram per liter'],
  [8749, 'umol/L', 'micromole per liter'],
  [8751, 'mg/L', 'milligram per liter'],
  [8752, 'mm/h', 'millimeter per hour'],
  [8753, 'mmol/L', 'millimole per liter'],
  [8763, 'U/mL', 'unit per milliliter'],
  [8784, '{cells}/uL', 'cells per microliter'],
  [8785, '/mm3', 'per cubic millimeter'],
  [8786, '/[HPF]', 'per high power field'],
  [8795, 'mL/min', 'milliliter per minute'],
  [8815, '10*6/uL', 'million per microliter'],
  [8817, 'ng/dL', 'nanogram per deciliter'],
  [8837, 'ug/dL', 'microgram per deciliter'],
  [8840, 'mg/dL', 'milligram per deciliter'],
  [8842, 'ng/mL', 'nanogram per milliliter'],
  [8845, 'pg/mL', 'picogram per milliliter'],
  [8848, '10*3/uL', 'thousand per microliter'],
  [8859, 'ug/mL', 'microgram per milliliter'],
  [8861, 'mg/mL', 'milligram per milliliter'],
  [8862, 'mosm/kg', 'milliosmole per kilogram'],
  [8876, 'mm[Hg]', 'millimeter mercury column'],
  [8889, '{cells}/[HPF]', 'cells per high power field'],
  [8923, '[iU]/L', 'international unit per liter'],
  [8985, '[iU]/mL', 'international unit per milliliter'],
  [9040, 'm[iU]/L', 'milli-international unit per liter'],
  [9093, 'u[iU]/mL', 'micro-international unit per milliliter'],
  [9289, '[degF]', 'degree Fahrenheit'],
  [9327, '[in_us]', 'inch (US)'],
  [9330, '[in_i]', 'inch (international)'],
  [9444, '10*9/L', 'billion per liter'],
  [9448, 'a', 'year'],
  [9529, 'kg', 'kilogram'],
  [9531, 'kg/m2', 'kilogram per square meter'],
  [9546, 'm', 'meter'],
  [9550, 'm[iU]/mL', 'milli-international unit per milliliter'],
  [9557, 'meq/L', 'milliequivalent per liter'],
  [9580, 'mo', 'month'],
  [9591, 'mosm/L', 'milliosmole per liter'],
  [9593, 'ms', 'millisecond'],
  [9655, 'ug', 'microgram'],
  [586323, 'Cel', 'degree Celsius'],
  [44777566, '{score}', 'score'],
  [44777590, 'cm[H2O]', 'centimeter watercolumn'],
  [44777613, 'mL/h', 'milliliter per hour'],
];

/** operator_concept_id, the comparator, SNOMED's code. */
const OPERATORS: [number, Comparator, string][] = [
  [4171756, '<', '276139006'],
  [4171754, '<=', '276137008'],
  [4172703, '=', '276136004'],
  [4171755, '>=', '276138003'],
  [4172704, '>', '276140008'],
];

/** route_concept_id, SNOMED's code, OHDSI's name. */
const ROUTES: [number, string, string][] = [
  [4023156, '10547007', 'Otic'],
  [4057765, '16857009', 'Vaginal'],
  [4132161, '26643006', 'Oral'],
  [4142048, '34206005', 'Subcutaneous'],
  [4156706, '372464004', 'Intradermal'],
  [4171047, '47625008', 'Intravenous'],
  [4181897, '54471007', 'Buccal'],
  [4184451, '54485002', 'Ophthalmic'],
  [4217202, '72607000', 'Intrathecal'],
  [4225555, '404820008', 'Epidural'],
  [4243022, '38239002', 'Intraperitoneal'],
  [4262099, '45890007', 'Transdermal'],
  [4262914, '46713006', 'Nasal'],
  [4263689, '6064005', 'Topical'],
  [4290759, '37161004', 'Rectal'],
  [4292110, '37839007', 'Sublingual'],
  [4302612, '78421000', 'Intramuscular'],
];

/** value_as_concept_id, the code of LOINC (LA…) or SNOMED, OHDSI's name. */
const ANSWERS: [number, string, string][] = [
  [9189, '260385009', 'Negative'],
  [9190, '260415000', 'Not detected'],
  [9191, '10828004', 'Positive'],
  [4069590, '17621005', 'Normal'],
  [4126681, '260373001', 'Detected'],
  [4132135, '2667000', 'Absent'],
  [4135493, '263654008', 'Abnormal'],
  [4181412, '52101004', 'Present'],
  [4188539, '373066001', 'Yes'],
  [4188540, '373067005', 'No'],
  [4267416, '62482003', 'Low'],
  [4328749, '75540009', 'High'],
  [45877985, 'LA11882-0', 'Detected'],
  [45877994, 'LA33-6', 'Yes'],
  [45878245, 'LA32-8', 'No'],
  [45878583, 'LA6577-6', 'Negative'],
  [45879438, 'LA9633-4', 'Present'],
  [45880296, 'LA11883-8', 'Not detected'],
  [45884084, 'LA6576-8', 'Positive'],
];

const ALL: ValueConcept[] = [
  ...UNITS.map(([id, code, display]) => ({ ...inUcum(id, code, display), domain: 'Unit' as const })),
  ...OPERATORS.map(([id, display, code]) => ({
    ...inSnomed(id, code, display),
    domain: 'Meas Value Operator' as const,
  })),
  ...ROUTES.map(([id, code, display]) => ({ ...inSnomed(id, code, display), domain: 'Route' as const })),
  ...ANSWERS.map(([id, code, display]) => ({
    ...(code.startsWith('LA') ? inLoinc(id, code, display) : inSnomed(id, code, display)),
    domain: 'Meas Value' as const,
  })),
];

/** By concept id. */
export const VALUE_CONCEPTS = new Map(ALL.map((concept) => [concept.id, concept]));

const BY_CODE = new Map(ALL.map((concept) => [keyOf(concept.domain, concept), concept]));

/** The usual concept of a code. */
export function valueConcept(
  domain: ValueConcept['domain'],
  code: Pick<Code, 'system' | 'code'>,
): ValueConcept | undefined {
  return BY_CODE.get(keyOf(domain, code));
}

/** The usual concept of a unit by UCUM's code. */
export function unitConcept(ucum: string): ValueConcept | undefined {
  const code = ucum.replaceAll('[IU]', '[iU]');
  return valueConcept('Unit', { system: UCUM, code: OF_OHDSI[code] ?? code });
}

/** UCUM's code of a unit as it is written; the unit itself where it is not understood. */
export function unitCode(unit: string): string {
  return unitConcept(unit) ? unit : (ucumOf({ unit }) ?? unit);
}

/** UCUM has several codes for one unit; OHDSI's concept has this one. */
const OF_OHDSI: Record<string, string> = { U: '[U]', '[lb_av]': '[lb_us]' };

/** Whether the id means the same everywhere: ids of one's own, from two billion on, do not. */
export function isSharedConcept(id: number): boolean {
  return Number.isSafeInteger(id) && id > 0 && id < FIRST_LOCAL_CONCEPT - 1;
}

/** operator_concept_id → comparator. */
export const COMPARATORS = new Map(OPERATORS.map(([id, comparator]) => [id, comparator]));

/** The other way round. */
export const OPERATOR_IDS = new Map(OPERATORS.map(([id, comparator]) => [comparator, id]));

/** The row of the concept table. */
export function rowOf(concept: ValueConcept): Row {
  return {
    concept_id: concept.id,
    concept_name: concept.display,
    domain_id: concept.domain,
    vocabulary_id: concept.vocabulary,
    concept_class_id: concept.class,
    standard_concept: 'S',
    concept_code: concept.code,
    ...ALWAYS_VALID,
  };
}

function keyOf(domain: string, { system, code }: Pick<Code, 'system' | 'code'>): string {
  return `${domain}|${system}|${code}`;
}

function inUcum(id: number, code: string, display: string) {
  return { id, system: UCUM, code, display, vocabulary: 'UCUM', class: 'Unit' };
}

function inSnomed(id: number, code: string, display: string) {
  return { id, system: System.snomed, code, display, vocabulary: 'SNOMED', class: 'Qualifier Value' };
}

function inLoinc(id: number, code: string, display: string) {
  return { id, system: System.loinc, code, display, vocabulary: 'LOINC', class: 'Answer' };
}
