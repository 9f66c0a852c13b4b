import type { Quantity } from '@ehrsynth/records';
import { isUcum } from './ucum.ts';

export const UCUM = 'http://unitsofmeasure.org';

/** UCUM, and how laboratories, monitors and tables of units write it, without case and blanks. */
const WRITTEN: [ucum: string, spellings: string][] = [
  [
    '10*3/uL',
    'k/ul k/cumm k/mm3 th/ul thou/ul thousand/ul x10e3/ul x10^3/ul x103/ul 10e3/ul 10^3/ul 10*3/ul 10*3/mm3 1000/ul x10(3)/mcl 10*3/mcl 10^3/mcl k/mcl x1000/ul',
  ],
  [
    '10*6/uL',
    'm/ul m/cumm m/mm3 mil/ul mill/ul million/ul x10e6/ul x10^6/ul 10e6/ul 10^6/ul 10*6/ul 10*6/mcl x10(6)/mcl m/mcl',
  ],
  ['10*9/L', 'x10^9/l x10e9/l 10e9/l 10^9/l 10*9/l giga/l'],
  ['10*12/L', 'x10^12/l x10e12/l 10e12/l 10^12/l 10*12/l tera/l'],
  ['/uL', 'cells/ul cells/mcl cells/mm3 cells/cumm #/ul /ul /cumm /mm3'],
  [
    '/min',
    'bpm beats/min beats/minute breaths/min breaths/minute insp/min resp/min 1/min {beats}/min {breaths}/min /minute rpm',
  ],
  ['mm[Hg]', 'mmhg mm[hg] mmofhg mmofmercury millimeterofmercury millimetersofmercury millimetresofmercury'],
  ['cm[H2O]', 'cmh2o cm[h2o]'],
  ['[degF]', 'f degf deg.f °f fahrenheit [degf] degreef degreesf degreefahrenheit degreesfahrenheit'],
  ['Cel', 'c degc deg.c °c celsius cel degcelsius degreec degreesc degreecelsius degreescelsius'],
  ['[lb_av]', 'lb lbs pound pounds [lb_av] lb_av'],
  ['[oz_av]', 'oz ounce ounces [oz_av]'],
  ['[in_i]', 'in inch inches [in_i] in_i in_us'],
  ['[ft_i]', 'ft foot feet [ft_i]'],
  ['[yd_i]', 'yd yard yards [yd_i]'],
  ['[IU]/L', 'iu/l [iu]/l'],
  ['[IU]/mL', 'iu/ml [iu]/ml'],
  ['m[IU]/L', 'uiu/ml miu/l mciu/ml u[iu]/ml m[iu]/l'],
  ['m[IU]/mL', 'miu/ml m[iu]/ml'],
  ['%', 'percent pct %oftotal %ofhgb %hbsat %sat %'],
  [
    'mL/min/{1.73_m2}',
    'ml/min/1.73m2 ml/min/1.73sqm ml/min/1.73m^2 ml/min/1.73m*2 ml/min/{1.73_m2} ml/min/1.73 ml/min/[1.73_m2] ml/min/1.73mm',
  ],
  ['kg/m2', 'kg/m2 kg/m^2 kg/(m^2) kg/m*2 kg/m² kg/sqm'],
  ['s', 'sec secs second seconds s'],
  ['min', 'minute minutes mins min'],
  ['h', 'hr hrs hour hours h'],
  ['d', 'day days d'],
  ['wk', 'week weeks wk wks'],
  ['mo', 'month months mo'],
  ['a', 'year years yr yrs a'],
  ['m', 'meter meters metre metres m'],
  ['cm', 'centimeter centimeters centimetre centimetres cms cm'],
  ['kg', 'kilo kilogram kilograms kgs kg'],
  ['g', 'gram grams gm gms g'],
  ['mL', 'cc ml milliliter milliliters'],
  ['L', 'liter liters litre litres l'],
  ['L/min', 'l/min lpm liters/min liter/minute'],
  ['U', 'unit units u'],
  ['U/L', 'units/l unit/l u/l'],
  ['{score}', 'score {score} points'],
  ['{ratio}', 'ratio {ratio}'],
  ['{INR}', 'inr {inr}'],
  ['[pH]', 'ph phunits [ph] units(ph)'],
];

const SPELLINGS = new Map(
  WRITTEN.flatMap(([ucum, spellings]) => spellings.split(' ').map((one) => [one, ucum])),
);

/** Parts of a unit whose letters say nothing else in any case: mEq/L, MG/DL, umol/l, mcg/ml. */
const PARTS = new Map(
  (
    [
      ['kg', 'kg'],
      ['g', 'g gm'],
      ['mg', 'mg'],
      ['ug', 'ug mcg µg μg'],
      ['ng', 'ng'],
      ['pg', 'pg'],
      ['fg', 'fg'],
      ['L', 'l'],
      ['dL', 'dl'],
      ['mL', 'ml'],
      ['uL', 'ul mcl µl μl'],
      ['nL', 'nl'],
      ['pL', 'pl'],
      ['fL', 'fl'],
      ['mol', 'mol'],
      ['mmol', 'mmol'],
      ['umol', 'umol mcmol µmol μmol'],
      ['nmol', 'nmol'],
      ['pmol', 'pmol'],
      ['eq', 'eq'],
      ['meq', 'meq'],
      ['ueq', 'ueq'],
      ['osm', 'osm'],
      ['mosm', 'mosm mosmol'],
      ['U', 'u'],
      ['mU', 'mu'],
      ['kU', 'ku'],
      ['uU', 'uu'],
      ['[IU]', 'iu [iu]'],
      ['m[IU]', 'miu'],
      ['u[IU]', 'uiu'],
      ['cm', 'cm'],
      ['mm', 'mm'],
      ['min', 'min'],
      ['h', 'h hr hour'],
      ['d', 'day d'],
      ['(24.h)', '24h'],
      ['s', 'sec s'],
      ['kPa', 'kpa'],
    ] as const
  ).flatMap(([ucum, letters]) => letters.split(' ').map((one) => [one, ucum])),
);

const MOST_KEPT = 10_000;
const found = new Map<string, string | undefined>();

/**
 * The unit of a quantity in UCUM; undefined where it has none, or one that is not understood. A code under UCUM's system is taken
 * as it is where UCUM has it; other texts are looked up as they are commonly written first, for K/uL is a unit of temperature in UCUM.
 */
export function ucumOf({ unit, system, code }: Quantity): string | undefined {
  if (system === UCUM && code !== undefined) {
    const told = understood(code, true);
    if (told !== undefined) return told;
  }
  return unit === undefined ? undefined : understood(unit, false);
}

function understood(text: string, isStated: boolean): string | undefined {
  const key = `${isStated ? 'ucum' : 'text'}|${text}`;
  if (!found.has(key)) {
    if (found.size === MOST_KEPT) found.clear();
    found.set(key, lookUp(text, isStated));
  }
  return found.get(key);
}

function lookUp(text: string, isStated: boolean): string | undefined {
  const plain = text
    .toLowerCase()
    .replace(/(^|\s)per\s?(?=\S)/g, '/')
    .replace(/\s+/g, '');
  if (plain === '') return undefined;
  // Nobody measures kelvins or farads in a patient.
  const isMisread = /^[KkFC](\/|$)/.test(text);
  if (isStated && !isMisread && isUcum(text)) return text;
  if (OF_SEVERAL_MEANINGS.has(text)) return undefined;
  return SPELLINGS.get(plain) ?? byParts(plain) ?? (isUcum(text) ? text : undefined);
}

/** Amperes or absorbance, days or dioptres, million or molar, pints or points: who writes these says it elsewhere. */
const OF_SEVERAL_MEANINGS = new Set(['A', 'D', 'H', 'M', 'S', 'pt', 'PT']);

function byParts(plain: string): string | undefined {
  const parts = plain.split('/');
  if (parts.some((part) => !PARTS.has(part))) return undefined;
  const unit = parts.map((part) => PARTS.get(part)).join('/');
  return isUcum(unit) ? unit : undefined;
}
