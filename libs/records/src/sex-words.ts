import type { Sex } from './patient-record.ts';

/** The sex that a code or English word means: FHIR's, HL7's, and SNOMED CT's two findings. */
export function sexOfCode(text: string): Sex | undefined {
  return CODES.get(text.trim().toLowerCase());
}

/**
 * The same of what a source of any kind has: PCORnet's codes too, German, French, Spanish and Dutch words, and what follows a colon
 * or a bar (DEM|SEX:M). Undefined where it says nothing: 1 and 2 are male and female here, female and male there.
 */
export function sexOfWord(text: string): Sex | undefined {
  const [all, last] = [text, text.replace(/^.*[:|]/s, '')].map((part) => part.trim().toLowerCase());
  return sexOfCode(all) ?? WORDS.get(all) ?? sexOfCode(last) ?? WORDS.get(last);
}

const CODES = bySex({
  female: 'female f 248152002',
  male: 'male m 248153007',
  other: 'other o',
  unknown: 'unknown u',
});
const WORDS = bySex({
  female: 'fem woman women girl w weiblich frau feminine feminin femenino femenina féminin femme mujer vrouw',
  male: 'man men boy männlich maennlich mann masculine masculin masculino hombre homme varon varón',
  other: 'ot a ambiguous indeterminate intersex divers diverse undifferentiated nonbinary non-binary transgender x',
  unknown: 'unk un ni null none n/a unspecified undetermined missing unbekannt',
});

function bySex(words: Record<Sex, string>): Map<string, Sex> {
  const pairs = Object.entries(words) as [Sex, string][];
  return new Map(pairs.flatMap(([sex, list]) => list.split(' ').map((word): [string, Sex] => [word, sex])));
}
