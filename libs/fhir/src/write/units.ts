import ucum from '@lhncbc/ucum-lhc';
import type { Quantity as Measured } from '@ehrsynth/records';
import { plainText } from './plain-text.ts';

export const UCUM = 'http://unitsofmeasure.org';

type Unit = Pick<Measured, 'unit' | 'system' | 'code'>;

/**
 * A unit with its code: the one that the record has, else UCUM's where the unit is one of UCUM's.
 * @param vital UCUM's codes of which the profile of a vital sign wants one, given where the unit means it: mmHg for mm[Hg], {beats}/min for /min
 */
export function codedUnit({ unit: given, system, code }: Unit, vital: readonly string[] = []): Unit {
  const unit = given === undefined ? undefined : plainText(given);
  const wanted = code === undefined || system === UCUM ? meant(code ?? unit, vital) : undefined;
  if (wanted) return { unit: unit ?? wanted, system: UCUM, code: wanted };
  if (system && code)
    return { ...(system === UCUM ? { unit: unit ?? code } : unit && { unit }), system, code };
  if (unit === undefined) return {};
  return isUcum(unit) ? { unit, system: UCUM, code: unit } : { unit };
}

/** Words for units of vital signs, in small letters. What is in them a C for temperatures is a coulomb elsewhere. */
const NAMES: Record<string, string> = {
  'mm[Hg]': 'mmhg|mm hg|millimeter of mercury|millimeters of mercury',
  kg: 'kgs|kilo|kilogram|kilograms',
  g: 'gm|gms|gram|grams',
  '[lb_av]': 'lb|lbs|lb_av|pound|pounds',
  cm: 'cms|centimeter|centimeters|centimetre|centimetres',
  '[in_i]': 'in|inch|inches|in_i',
  Cel: 'c|°c|degc|deg c|celsius|degree c|degrees c|degree celsius|degrees celsius',
  '[degF]': 'f|°f|degf|deg f|fahrenheit|degree f|degrees f|degree fahrenheit|degrees fahrenheit',
  '/min':
    'bpm|1/min|/minute|per minute|beats/min|beats/minute|beats per minute|breaths/min|breaths/minute|breaths per minute|insp/min',
  '%': 'percent',
  'kg/m2': 'kg/m^2|kg/m²|kg/(m^2)|kg/sqm',
};
const CODES = new Map(
  Object.entries(NAMES).flatMap(([code, names]) =>
    [code.toLowerCase(), ...names.split('|')].map((name) => [name, code] as const),
  ),
);
/** UCUM's annotations say nothing of the unit. */
const ANNOTATION = /\{[^{}]*\}/g;

/** The one of these codes that a unit stands for. */
function meant(unit: string | undefined, codes: readonly string[]): string | undefined {
  if (unit === undefined || codes.length === 0) return undefined;
  const bare = unit.replace(ANNOTATION, '').trim();
  if (codes.includes(bare)) return bare;
  const code = CODES.get(bare.toLowerCase());
  return code !== undefined && codes.includes(code) ? code : undefined;
}

/** Units of UCUM by which laboratories mean another: thousands, not kelvins; feet, not femtotonnes. */
const OTHERWISE_MEANT = new Set(['K/uL', 'K/mm3', 'K/mcL', 'C', 'F', 'ft', 'pt', 'yd', 'u']);
/** Longer than any unit that is in use; UCUM's parser is not made for texts. */
const LONGEST_UNIT = 50;
const MOST_UNITS = 10_000;
const parser = ucum.UcumLhcUtils.getInstance();
const known = new Map<string, boolean>();

/** Whether the unit is one of UCUM's, written as UCUM writes it. */
function isUcum(unit: string): boolean {
  if (unit.length > LONGEST_UNIT || /\s/.test(unit) || OTHERWISE_MEANT.has(unit)) return false;
  let found = known.get(unit);
  if (found === undefined) {
    const { status, ucumCode } = parser.validateUnitString(unit);
    found = status === 'valid' && ucumCode === unit;
    if (known.size >= MOST_UNITS) known.clear();
    known.set(unit, found);
  }
  return found;
}
