import { type Quantity, UCUM } from '@ehrsynth/records';
import { folded, shortWords } from './letters.ts';
import { isUcum } from './ucum.ts';

/** UCUM, and how laboratories, monitors and tables of units write it: folded, in small letters, without blanks. */
const WRITTEN: [ucum: string, spellings: string][] = [
  [
    '10*3/uL',
    'k/ul k/cumm k/cmm k/mm3 th/ul th/mm3 thou/ul thou/mm3 thou/cumm thousand/ul thousand/mm3 1000/ul x1000/ul',
  ],
  ['10*6/uL', 'm/ul m/cumm m/cmm m/mm3 mil/ul mill/ul mil/mm3 mill/mm3 million/ul million/mm3 mio/ul'],
  ['10*9/L', 'giga/l gpt/l'],
  ['10*12/L', 'tera/l tpt/l'],
  ['/uL', 'cells/ul cell/ul cells/mm3 cells/cumm cells/cmm #/ul /ul /cumm /cmm /mm3'],
  ['{copies}/mL', 'copies/ml cp/ml {copies}/ml'],
  [
    '/min',
    'bpm beat/min beats/min beat/minute beats/minute breath/min breaths/min breath/minute breaths/minute insp/min resp/min 1/min {beats}/min {breaths}/min /minute rpm',
  ],
  ['mm[Hg]', 'mmhg mm[hg] mmofhg mmofmercury millimeterofmercury millimetersofmercury millimetresofmercury'],
  ['cm[H2O]', 'cmh2o cm[h2o]'],
  ['[degF]', 'f degf deg.f °f fahrenheit [degf] degreef degreesf degreefahrenheit degreesfahrenheit'],
  ['Cel', 'c degc deg.c °c celsius cel degcelsius degreec degreesc degreecelsius degreescelsius'],
  ['[lb_av]', 'lb lbs pound pounds [lb_av] lb_av [lb_us] lb_us'],
  ['[oz_av]', 'oz ounce ounces [oz_av]'],
  ['[in_i]', 'in inch inches [in_i] in_i in_us'],
  ['[ft_i]', 'ft foot feet [ft_i]'],
  ['[yd_i]', 'yd yard yards [yd_i]'],
  ['[IU]/L', 'iu/l [iu]/l'],
  ['[IU]/mL', 'iu/ml [iu]/ml'],
  ['m[IU]/L', 'uiu/ml miu/l u[iu]/ml m[iu]/l'],
  ['m[IU]/mL', 'miu/ml m[iu]/ml'],
  [
    '%',
    'percent pct %oftotal %total %{total} %ofhgb %ofhb %hgb %hb %{hb} %{hgb} %oftotalhgb %oftotalhb %oftotalhemoglobin %ofhemoglobin %a1c %hba1c %hbsat %sat %',
  ],
  ['mmol/mol', 'mmol/mol mmol/mol{hb} mmol/mol{hgb} mmol/molhb mmol/molhgb mmol/molhemoglobin'],
  ['mg/dL', 'mg/dl mg%'],
  ['g/dL', 'g/dl g% gm%'],
  [
    'mL/min/{1.73_m2}',
    `ml/min/1.73m2 ml/min/1.73sqm ml/min/1.73m^2 ml/min/1.73m*2 ml/min/{1.73_m2} ml/min/{1.73m2} ml/min/1.73{m2} ml/min/1.73_m2 ml/min/1.73 ml/min/[1.73_m2] ml/min/1.73mm`,
  ],
  ['kg/m2', 'kg/m2 kg/m^2 kg/(m^2) kg/m*2 kg/sqm'],
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
  ['/[HPF]', '/hpf #/hpf cells/hpf cell/hpf /highpowerfield'],
  ['/[LPF]', '/lpf #/lpf cells/lpf cell/lpf /lowpowerfield'],
  ['mg/g{creat}', 'mg/gcreat mg/gcr mg/gcre mg/gcreatinine mg/g{creat} mg/g{creatinine} mg/g{cre}'],
  ['ug/mg{creat}', 'ug/mgcreat ug/mgcr ug/mgcre ug/mgcreatinine ug/mg{creat} ug/mg{creatinine}'],
  ['{score}', 'score {score} points'],
  ['{ratio}', 'ratio {ratio}'],
  ['{INR}', 'inr {inr}'],
  ['[pH]', 'ph phunits [ph] units(ph)'],
];

const SPELLINGS = new Map(WRITTEN.flatMap(([ucum, spellings]) => spellings.split(' ').map((one) => [one, ucum])));

/** Parts of a unit whose letters say nothing else in any case: mEq/L, MG/DL, umol/l, mcg/ml. */
const PARTS = new Map(
  (
    [
      ['kg', 'kg'],
      ['g', 'g gm'],
      ['mg', 'mg'],
      ['ug', 'ug'],
      ['ng', 'ng'],
      ['pg', 'pg'],
      ['fg', 'fg'],
      ['L', 'l'],
      ['dL', 'dl 100ml'],
      ['mL', 'ml'],
      ['uL', 'ul'],
      ['nL', 'nl'],
      ['pL', 'pl'],
      ['fL', 'fl'],
      ['mol', 'mol'],
      ['mmol', 'mmol'],
      ['umol', 'umol'],
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
      ['kat', 'kat'],
      ['ukat', 'ukat'],
      ['nkat', 'nkat'],
      ['kPa', 'kpa'],
    ] as const
  ).flatMap(([ucum, letters]) => letters.split(' ').map((one) => [one, ucum])),
);

const MOST_KEPT = 10_000;
/** Texts that were looked up before, those that a source states to be UCUM and others. */
const found = { stated: new Map<string, string | undefined>(), text: new Map<string, string | undefined>() };

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
  const before = isStated ? found.stated : found.text;
  let ucum = before.get(text);
  if (ucum === undefined && !before.has(text)) {
    if (before.size === MOST_KEPT) before.clear();
    before.set(text, (ucum = lookUp(text, isStated)));
  }
  return ucum;
}

function lookUp(text: string, isStated: boolean): string | undefined {
  const written = folded(text);
  if (written === '' || IS_NUMBER.test(written)) return undefined;
  const inCapitals = BY_CAPITALS.find(([capitals]) => capitals.test(written));
  if (inCapitals) return written.replace(...inCapitals);
  const plain = written.toLowerCase();
  // Stated in UCUM as the body's surface, 1.73{m2} is none of a unit.
  if (SPELLINGS.get(plain) === BY_BODY_SURFACE) return BY_BODY_SURFACE;
  // Nobody measures kelvins or farads in a patient.
  const isMisread = /^[KkFC](\/|$)/.test(text);
  if (isStated && !isMisread && isUcum(text)) return text;
  if (hasSeveralMeanings(written)) return undefined;
  return SPELLINGS.get(plain) ?? powerOfTen(plain) ?? byParts(shortWords(plain)) ?? (isUcum(text) ? text : undefined);
}

/** Whose capitals decide: molar, which in small letters is a metre, and giga and tera, which are grams and tonnes. */
const BY_CAPITALS: [capitals: RegExp, ucum: string][] = [
  [/^([munpf])M(?:\/[Ll])?$/, '$1mol/L'],
  [/^G\/[Ll]$/, '10*9/L'],
  [/^T\/[Ll]$/, '10*12/L'],
];
/** UCUM takes any number for a unit; one with many digits is somebody's. */
const IS_NUMBER = /^\d{2,}$|\d{5}/;
const BY_BODY_SURFACE = 'mL/min/{1.73_m2}';

/**
 * Amperes or absorbance, days or dioptres, million or molar, pints or points: who writes these says it elsewhere. One or two capitals may
 * be a flag (H, LL), and mM in a longer unit is no millimetre.
 */
function hasSeveralMeanings(written: string): boolean {
  const isShort = /^[A-Z]{1,2}$/.test(written) && !UNITS_IN_CAPITALS.has(written);
  return isShort || written === 'pt' || /[munpf]M(?![A-Za-z[])|^MM\/[A-Za-z]*L$/.test(written);
}

const UNITS_IN_CAPITALS = new Set(
  'C F G L U KG GM MG UG NG PG ML UL DL FL CM MM LB OZ IN FT HR PH CC YR WK MO YD IU'.split(' '),
);

/** 10^3/µL, x10E9/L, 10(6)/mm3. */
function powerOfTen(plain: string): string | undefined {
  const [, power, volume] =
    /^x?10(?:\^|\*\*?|e)?\(?\+?0?(3|6|9|12)\)?\/(ul|mm3|mm\^3|cumm|cmm|l|ml)$/.exec(plain) ?? [];
  return power && `10*${power}/${VOLUMES[volume] ?? 'uL'}`;
}

const VOLUMES: Record<string, string> = { l: 'L', ml: 'mL' };

function byParts(plain: string): string | undefined {
  const parts = plain.split('/');
  if (parts.some((part) => !PARTS.has(part))) return undefined;
  const unit = parts.map((part) => PARTS.get(part)).join('/');
  return isUcum(unit) ? unit : undefined;
}
