import { type Code, System } from '@ehrsynth/records';
import { ANALYTE_OF, HEMOGLOBIN_A1C, INR } from './analytes.ts';
import { withoutAnnotations } from './annotations.ts';
import { inUnit } from './ucum.ts';

/** A value in another unit: factor · value + offset. */
export interface Conversion {
  factor: number;
  offset: number;
}

/** NGSP (%) = 0.09148 · IFCC (mmol/mol) + 2.152. @see Hoelzel et al. 2004, the master equation */
const NGSP_OF_IFCC: Conversion = { factor: 0.09148, offset: 2.152 };
const IFCC_OF_NGSP: Conversion = { factor: 1 / 0.09148, offset: -2.152 / 0.09148 };
const SUBSTANCE = /(^|[^a-z'])[munpfk]?mol(?![a-z])/;
const EQUIVALENTS = /(^|[^a-z])[mun]?eq(?![a-z])/;
const OSMOLES = /(^|[^a-z])[mun]?osm(?![a-z])/;
/** Fields of a microscope, of a high and of a low power. */
const FIELDS = /\[[HL]PF\]/;
const DIGITS = 12;
const SAME: Conversion = { factor: 1, offset: 0 };

/**
 * How values of a code in one unit of UCUM are had in another; undefined where there is no such way, or no straight line. Mass and
 * amount of substance need the code's analyte, equivalents its charge. International units of a code are its enzyme units. Units with
 * different annotations are different units, but where these only name what is counted: UCUM itself takes {copies}/mL for {log_copies}/mL.
 */
export function conversionOf({ system, code }: Code, from: string, to: string): Conversion | undefined {
  if (from === to) return SAME;
  const loinc = system === System.loinc ? code : '';
  const key = `${loinc}|${from}|${to}`;
  if (!found.has(key)) {
    if (found.size === MOST_KEPT) found.clear();
    found.set(key, lookUp(loinc, from, to));
  }
  return found.get(key);
}

const MOST_KEPT = 10_000;
/** UCUM's parser is slow, and the same units come again. */
const found = new Map<string, Conversion | undefined>();

function lookUp(loinc: string, from: string, to: string): Conversion | undefined {
  const [one, another] = [withoutAnnotations(from), withoutAnnotations(to)];
  if (isNumberAlone(from, loinc) || isNumberAlone(to, loinc))
    return isNumberAlone(from, loinc) && isNumberAlone(to, loinc) ? SAME : undefined;
  if (one.annotations.join() !== another.annotations.join()) return undefined;
  if (one.plain === '1' || another.plain === '1') return one.plain === another.plain ? SAME : undefined;
  return betweenPlain(loinc, one.plain, another.plain);
}

/** A number without a unit. The international normalized ratio is one, by its codes; no other annotation is. */
function isNumberAlone(unit: string, loinc: string): boolean {
  return unit === '1' || unit.toLowerCase() === '{ratio}' || (INR.has(loinc) && unit.toLowerCase() === '{inr}');
}

function betweenPlain(loinc: string, from: string, to: string): Conversion | undefined {
  if (from === to) return SAME;
  if (HEMOGLOBIN_A1C.has(loinc)) {
    if (from === 'mmol/mol' && to === '%') return NGSP_OF_IFCC;
    if (from === '%' && to === 'mmol/mol') return IFCC_OF_NGSP;
  }
  if (OSMOLES.test(from) !== OSMOLES.test(to)) return undefined;
  if (FIELDS.exec(from)?.[0] !== FIELDS.exec(to)?.[0]) return undefined;
  const analyte = ANALYTE_OF.get(loinc);
  const [charge, other] = [from, to].map((unit) => (EQUIVALENTS.test(unit) ? (analyte?.charge ?? NaN) : 1));
  if (EQUIVALENTS.test(from) !== EQUIVALENTS.test(to) && Number.isNaN(charge * other)) return undefined;
  const [one, another] = [from, to].map((unit) => unit.replace(/\[IU\]|\[iU\]/g, 'U').replace(/eq(?![a-z])/, 'mol'));
  const [isAmount, isOtherAmount] = [one, another].map((unit) => SUBSTANCE.test(unit));
  const molarMass = isAmount === isOtherAmount ? undefined : analyte?.molarMass;
  if (isAmount !== isOtherAmount && molarMass === undefined) return undefined;
  const line = straightLine((value) => inUnit(value, one, another, molarMass));
  if (!line) return undefined;
  const equivalents = EQUIVALENTS.test(from) === EQUIVALENTS.test(to) ? 1 : other / charge;
  return { factor: rounded(line.factor * equivalents), offset: rounded(line.offset) };
}

/** A value in the other unit, without the digits that arithmetic adds. */
export function converted(value: number, { factor, offset }: Conversion): number {
  return factor === 1 && offset === 0 ? value : Number((factor * value + offset).toPrecision(6));
}

/** What 0, 1 and 10 become, where it is a line. */
function straightLine(of: (value: number) => number | undefined): Conversion | undefined {
  const [at0, at1, at10] = [of(0), of(1), of(10)];
  if (at0 === undefined || at1 === undefined || at10 === undefined) return undefined;
  const factor = at1 - at0;
  const isLine = Math.abs(at10 - (at0 + 10 * factor)) <= 1e-9 * (Math.abs(at10) + Math.abs(at0));
  return isLine && factor > 0 ? { factor, offset: at0 } : undefined;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
