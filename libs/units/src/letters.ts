/** A unit's text with one letter for each meaning: no blanks, u for µ and mc, ° for º, 10^3 for 10³, / for "per". */
export function folded(text: string): string {
  return text
    .trim()
    .replace(/º/g, '°')
    .replace(/10([⁰¹²³⁴-⁹]+)/g, '10^$1')
    .normalize('NFKC')
    .replace(/[×✕]/g, 'x')
    .replace(/[μµ]/g, 'u')
    .replace(/(?<![a-z])mc(?=g|l|mol|iu|u|kat|eq|m)/gi, 'u')
    .replace(/(^|\s)per(?!\s?cent)\s?(?=\S)/gi, '/')
    .replace(/\s+/g, '')
    .replace(/(?<=[a-z])\.$/i, '');
}

const PREFIXES: Record<string, string> = {
  micro: 'u',
  milli: 'm',
  nano: 'n',
  pico: 'p',
  femto: 'f',
  deci: 'd',
  kilo: 'k',
};
const UNITS: Record<string, string> = {
  gram: 'g',
  mole: 'mol',
  mol: 'mol',
  liter: 'l',
  litre: 'l',
  katal: 'kat',
  equivalent: 'eq',
  osmole: 'osm',
  unit: 'u',
  minute: 'min',
};

/** The words of a unit in small letters by their signs: micromol/l, milligrams/deciliter → umol/l, mg/dl. Others stay as they are. */
export function shortWords(plain: string): string {
  return plain.split('/').map(short).join('/');
}

function short(part: string): string {
  const [, prefix = '', unit] = WORD.exec(part) ?? [];
  return unit ? `${PREFIXES[prefix] ?? ''}${UNITS[unit]}` : part;
}

const WORD = new RegExp(`^(${Object.keys(PREFIXES).join('|')})?(${Object.keys(UNITS).join('|')})s?$`);
