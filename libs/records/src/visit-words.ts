/** The class of v3-ActCode that the words of a visit's display, text or code mean; undefined where they say nothing of it. */
export function classOfWords(text: string): string | undefined {
  if (text === '') return undefined;
  const words = text.toLowerCase();
  const isInpatient = INPATIENT.test(words);
  const fits = ([pattern, code]: (typeof WORDS)[number]) =>
    pattern.test(words) && !(isInpatient && NOT_OF_INPATIENTS.has(code));
  return WORDS.find(fits)?.[1];
}

/** All encounter codes of v3-ActCode. @see http://terminology.hl7.org/ValueSet/v3-ActEncounterCode */
export const ENCOUNTER_CODES: ReadonlySet<string> = new Set([
  'AMB',
  'EMER',
  'FLD',
  'HH',
  'IMP',
  'ACUTE',
  'NONAC',
  'OBSENC',
  'PRENC',
  'SS',
  'VR',
]);

/** HL7 version 2, table 0004; C, N and U say nothing of the setting. */
export const TABLE_0004: ReadonlyMap<string, string> = new Map(
  Object.entries({ E: 'EMER', I: 'IMP', O: 'AMB', P: 'PRENC', R: 'AMB', B: 'IMP' }),
);

const INPATIENT = /(?<!\b(?:non|not(?: an?)?|no)[ -]?)\bin-?patient/;
/** An emergency inpatient, as one whose EEG is on video, is an inpatient. */
const NOT_OF_INPATIENTS: ReadonlySet<string> = new Set(['VR', 'EMER']);

/** The first that fits counts. */
const WORDS: [pattern: RegExp, code: string][] = [
  [/virtual|tele-?(?:health|phone|medicine|visit|consult)|telephone|\bphone|\bvideo|e-?visit|\bonline\b|remote/, 'VR'],
  [/pre-?admi/, 'PRENC'],
  [/urgent.?care|walk-?in/, 'AMB'],
  [/out-?patient|ambulatory|\bambulant\b|office|clinic\b|appointment|\bopd\b/, 'AMB'],
  [/observation/, 'OBSENC'],
  [/emergency|\b(?:ed|er|a&e|emer)\b/, 'EMER'],
  [/short.?stay|same.?day|day.?(?:case|time|surgery|patient|hospital)/, 'SS'],
  [/nursing|skilled|long.?term|rehab|hospice|non-?acute|subacute/, 'NONAC'],
  [/home/, 'HH'],
  [/intensive care|\bicu\b|acute/, 'ACUTE'],
  [INPATIENT, 'IMP'],
  [/hospitali[sz]|hospital (?:admission|encounter|stay)|\badmi(?:t|ssion)|station(?:ä|ae)r/, 'IMP'],
  [/\bfield\b|ambulance/, 'FLD'],
];
