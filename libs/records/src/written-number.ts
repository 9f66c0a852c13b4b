import type { Quantity } from './patient-record.ts';

/**
 * A number as laboratories write it in words ("<5", "7.2 mg/dL", ">= 1.5E3 IU/mL"), where the whole text is one; undefined for all
 * else. Not read are what may mean two numbers (7,2; 1,200), a grade (+1, 2+), a titre (1:40), a flag (5.9 H is high, not hours) or no
 * number at all: leading zeros, and more than seven digits without a unit, which are dates, telephone and record numbers.
 */
export function writtenNumber(text: string): Quantity | undefined {
  if (text.length > LONGEST) return undefined;
  const [, sign, digits, rest] = WRITTEN.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const unit = rest.trim();
  if (unit !== '' && (isFlag(unit) || !isUnit(unit))) return undefined;
  if (unit === '' && digits.replace(/[^\d].*$|^-/g, '').length > MOST_DIGITS) return undefined;
  const value = Number(digits.replaceAll(',', ''));
  if (!Number.isFinite(value)) return undefined;
  const comparator = COMPARATORS[sign ?? ''];
  return { value, ...(comparator && { comparator }), ...(unit !== '' && { unit }) };
}

const LONGEST = 40;
const MOST_DIGITS = 7;
const WRITTEN =
  /^\s*(<=|>=|=<|=>|<|>|≤|≥)?\s*(-?(?:(?:0|[1-9]\d*)(?:\.\d+)?|[1-9]\d{0,2}(?:,\d{3}){2,}(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,2})?)(?![\d.,])(.*)$/u;
const COMPARATORS: Record<string, Quantity['comparator']> = {
  '<': '<',
  '<=': '<=',
  '=<': '<=',
  '≤': '<=',
  '>': '>',
  '>=': '>=',
  '=>': '>=',
  '≥': '>=',
};

/** High, low, abnormal, normal, resistant and so on, as laboratories put it behind a number: one capital, or a code of HL7's two. */
function isFlag(text: string): boolean {
  return /^(?:[A-Z]|HH|LL|AA|HU|LU|HX|LX|MS|VS|NS|IE|\*+)$/.test(text);
}

/** Made of the units of laboratories and bedsides: mg/dL, x10^3/uL, /HPF, mL/min/1.73m2, mm[Hg]. */
function isUnit(text: string): boolean {
  if (isAtom(text)) return true;
  const [first, ...others] = text
    .replace(POWER, '')
    .split(/\/| per /)
    .map((factor) => factor.trim());
  return others.length > 0 && (first === '' || isAtom(first)) && others.every(isDivisor);
}

function isDivisor(text: string): boolean {
  return isAtom(text) || AREA.test(text);
}

function isAtom(text: string): boolean {
  return ATOMS.has(text.replace(/\{[^{}]*\}$/, '').toLowerCase());
}

/** x10^3, 10*9, 10E6, 10(3), of what follows it. */
const POWER = /^[x×]?\s*10(?:[\^*eE]|\*\*)?\(?\d{1,2}\)?\s*(?=\/)/u;
/** Of the body: mL/min/1.73 m2. */
const AREA = /^1[.,]?73 ?m(?:2|²|\^2)?$/u;
const ATOMS = new Set([
  ...'mm hg|cm h2o|deg f|deg c'.split('|'),
  ...`% g mg ug µg μg mcg ng pg fg kg l dl cl ml ul µl μl nl pl fl mol mmol umol µmol μmol nmol pmol fmol eq meq ueq u mu uu ku
  iu [iu] miu uiu kiu osm mosm cells cell copies cfu k m thou million mm cm um µm μm nm m2 in inch inches ft lb lbs oz
  mmhg mm[hg] pa kpa hpa cmh2o cm[h2o] bar s sec secs second seconds ms msec min mins minute minutes h hr hrs hour hours
  24h 24hr d day days wk week weeks mo month months yr yrs year years bpm beats breaths degf degc [degf] cel °f °c hpf lpf hgb
  creat db hz mv kcal`.split(/\s+/),
]);
