/** Answers of SNOMED CT. */
export const ANSWERS = {
  detected: ['260373001', 'Detected'],
  notDetected: ['260415000', 'Not detected'],
  positive: ['10828004', 'Positive'],
  smokes: ['449868002', 'Smokes tobacco daily'],
  smoked: ['8517006', 'Ex-smoker'],
  neverSmoked: ['266919005', 'Never smoked tobacco'],
} as const;

/** Questions of LOINC that are answered with a code. */
export const QUESTIONS = {
  smoking: ['72166-2', 'Tobacco smoking status'],
  influenza: ['92142-9', 'Influenza virus A RNA [Presence] in Respiratory system specimen by NAA with probe detection'],
  covid: ['94500-6', 'SARS-CoV-2 (COVID-19) RNA [Presence] in Respiratory system specimen by NAA with probe detection'],
  pregnancy: ['2106-3', 'Choriogonadotropin (pregnancy test) [Presence] in Urine'],
} as const;

/** Who is tested, and the test's sensitivity and specificity; assumed. */
export const TESTS = {
  influenza: { ill: 0.8, cold: 0.15, sensitivity: 0.9, specificity: 0.98 },
  covid: { ill: 0.95, cold: 0.5, sensitivity: 0.92, specificity: 0.995, from: '2020-04-01' },
  smokingStatus: { checkUp: 0.7, stay: 0.5, fromAge: 18 },
} as const;
