/** Whether a word or a code of SNOMED CT says that there is no known allergy: NKDA, No known drug allergies. */
export function saysNoAllergy(word: string): boolean {
  return IN_WORDS.test(word.trim()) || IN_SNOMED.has(word.trim());
}

/** Codes of the International Patient Summary among them: no-known-medication-allergies. */
const IN_WORDS =
  /^n\.?k\.?(?:[dfme]\.?)?a(?![-\w])|^(?:none(?: known)?|nil known)$|\bno[- ]known\b.*\ballerg|^(?:no|denies|without)\b(?:[- ](?:any|drug|food|medication|environmental|latex|current|active|reported|other))*[- ]allerg/i;
/** @see International Patient Summary, value set "Absent or Unknown SNOMED", and what came before its codes. */
const IN_SNOMED = new Set([
  '716186003',
  '160244002',
  '409137002',
  '428607008',
  '429625007',
  '716184000',
  '1003774007',
  '716220001',
  '428197003',
]);
