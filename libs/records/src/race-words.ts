/** What a code or a word of race or ethnicity means. */
export interface Origin {
  /** CDC code of the OMB category of race. */
  race?: string;
  /** CDC code of the OMB category of ethnicity. */
  ethnicity?: string;
  /** True where it says that nothing is known, or nothing that has a category: refused, other. */
  saysNothing?: boolean;
  /** True of a single letter, which is one thing in the United States and another elsewhere: A, B and H are White British, White Irish and Indian of the NHS. */
  isLetter?: boolean;
}

/**
 * What a text of a source means: a code of CDC's (2106-3, a detailed one such as 2034-7 Chinese), or words. Words of several
 * categories of race, such as Asian or Pacific Islander, and numbers, which each source has of its own, mean none; a category that is
 * denied (not White) is none. What says that one thing is not known (White, not known if Hispanic) leaves the other. Undefined where it
 * is not understood.
 */
export function originOfText(text: string): Origin | undefined {
  const code = /\b(\d{4})-\d\b/.exec(text);
  if (code) return originOfCode(Number(code[1]));
  const whole = text
    .trim()
    .toLowerCase()
    .replace(/^.*[:|]\s*/, '')
    .replace(/_+/g, ' ');
  if (LETTERS[whole]) return { ...LETTERS[whole], isLetter: true };
  const parts = whole.split(/[,;()/]| - /).map((part) => part.trim());
  const told = parts.filter((part) => !NOTHING.test(part));
  return (
    originOfWords(told.join(' ')) ?? (told.length === 0 || NOTHING.test(whole) ? { saysNothing: true } : undefined)
  );
}

function originOfWords(text: string): Origin | undefined {
  // CDC has Mexican, Central and South American Indians among American Indians.
  const words = text.replace(
    /\b(?:mexican|(?:central|south|latin|spanish) american) (?:american )?(?=indian)/g,
    'american ',
  );
  const isNot = NOT_HISPANIC.test(words);
  const ofOthers = words.replace(NEGATED, ' ');
  const ethnicity = isNot ? '2186-5' : HISPANIC.test(ofOthers) ? '2135-2' : undefined;
  const races = RACES.filter(([pattern]) => pattern.test(ofOthers)).map(([, race]) => race);
  if (races.length > 1) return ethnicity ? { ethnicity } : undefined;
  if (races.length === 1 || ethnicity) return { race: races[0], ethnicity };
  return /\bother\b/.test(ofOthers) ? { saysNothing: true } : undefined;
}

/** By the first four digits of CDC's codes, which stand in the order of their hierarchy. @see CDC Race and Ethnicity, version 1.0 */
function originOfCode(digits: number): Origin | undefined {
  const within = (from: number, to: number) => digits >= from && digits <= to;
  if (digits === 2186) return { ethnicity: '2186-5' };
  if (within(2135, 2184)) return { ethnicity: '2135-2' };
  if (digits === 2500) return { race: '2076-8' };
  if (digits === 2131) return { saysNothing: true };
  const race = CDC.find(([from, to]) => within(from, to));
  return race && { race: race[2] };
}

const CDC: [from: number, to: number, race: string][] = [
  [1002, 2027, '1002-5'],
  [2028, 2053, '2028-9'],
  [2054, 2075, '2054-5'],
  [2076, 2105, '2076-8'],
  [2106, 2130, '2106-3'],
];
/** Letters that sources of the United States use alike. */
const LETTERS: Partial<Record<string, Origin>> = {
  w: { race: '2106-3' },
  b: { race: '2054-5' },
  a: { race: '2028-9' },
  h: { ethnicity: '2135-2' },
};
/** Of a category that is denied: not White, non-Hispanic or Latino, other than African American. */
const NEGATED =
  /\b(?:non[ -]*|(?:not|no|nor|neither|other than|anything but|except(?: for)?)[ -]+)(?:(?:of|an?|any) )*[a-z]+(?: (?:or|nor) [a-z]+)*(?:[ -](?:american|indian|native|islander)s?\b)*/g;
const NOTHING =
  /^$|unknown|unspecified|not (?:stated|known|specified|reported|recorded|given|disclosed|available|obtained)|refus|declin|unable|prefer not|no (?:information|data|answer|matching)|undisclosed|missing|^(?:u|unk|un|ni|n\/a|na|none|null|oth|ot|nasked|asku)$/;
const NOT_HISPANIC = /\b(?:not?|non|nor)[ -]*(?:of )?[ -]*(?:hispanic|latin|spanish)/;
const HISPANIC =
  /hispanic|\blatin[oaxe]s?\b|latin american|\bspanish (?:origin|american)|spaniard|mexican|chican|puerto ?rican|\bcuban\b|(?:central|south) american\b|tejano|guatemalan|salvadoran|honduran|colombian|venezuelan|ecuadorian|peruvian/;
const RACES: [pattern: RegExp, race: string][] = [
  [/american indian|native american|alaska|first nations?\b|^native$|\baian\b/, '1002-5'],
  [
    /\basian\b|chinese|taiwanese|japanese|\bkorean|vietnamese|filipino|pakistani|bangladeshi|bhutanese|burmese|cambodian|hmong|indonesian|laotian|malaysian|okinawan|sri lankan|\bthai\b|nepalese|singaporean|maldivian|madagascar|\biwo jiman/,
    '2028-9',
  ],
  [
    /\bblack\b|african[ -]?american|(?<!north )\bafrican\b(?![ -]?american)|caribbean|west indian|haitian|jamaican|bahamian|barbadian|tobagoan|trinidadian|dominica islander/,
    '2054-5',
  ],
  [
    /hawaiian|pacific island|polynesian|micronesian|melanesian|samoan|guamanian|chamorro|\btongan\b|fijian|tahitian|\bnhpi\b/,
    '2076-8',
  ],
  [/\bwhite\b|caucasian|european|middle east|north african|\barab\b/, '2106-3'],
];
