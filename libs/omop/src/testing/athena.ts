import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** id, name, domain, vocabulary, class, standard, code. Written for these tests: not all ids are OHDSI's. */
const CONCEPTS: [number, string, string, string, string, string, string][] = [
  [0, 'No matching concept', 'Metadata', 'None', 'Undefined', '', 'No matching concept'],
  [320128, 'Essential hypertension', 'Condition', 'SNOMED', 'Disorder', 'S', '59621000'],
  [201826, 'Type 2 diabetes mellitus', 'Condition', 'SNOMED', 'Disorder', 'S', '44054006'],
  [443238, 'Diabetic - poor control', 'Condition', 'SNOMED', 'Disorder', 'S', '268519009'],
  [4260543, 'Acute upper respiratory infection', 'Condition', 'SNOMED', 'Disorder', 'S', '54150009'],
  [1340204, 'Long-term current use of insulin', 'Observation', 'SNOMED', 'Context-dependent', 'S', '710815001'],
  [35207668, 'Essential (primary) hypertension', 'Condition', 'ICD10CM', '3-char billing code', '', 'I10'],
  [
    35206882,
    'Type 2 diabetes mellitus without complications',
    'Condition',
    'ICD10CM',
    '4-char billing code',
    '',
    'E11.9',
  ],
  [1567956, 'Type 2 diabetes mellitus', 'Condition', 'ICD10CM', '3-char nonbill code', '', 'E11'],
  [
    45533017,
    'Type 2 diabetes mellitus with hyperglycemia',
    'Condition',
    'ICD10CM',
    '5-char billing code',
    '',
    'E11.65',
  ],
  [
    35208013,
    'Acute upper respiratory infection, unspecified',
    'Condition',
    'ICD10CM',
    '4-char billing code',
    '',
    'J06.9',
  ],
  [35225404, 'Long term (current) use of insulin', 'Observation', 'ICD10CM', '4-char billing code', '', 'Z79.4'],
  [
    44826460,
    'Diabetes mellitus without mention of complication',
    'Condition',
    'ICD9CM',
    '5-dig billing code',
    '',
    '250.00',
  ],
  [1503297, 'metformin', 'Drug', 'RxNorm', 'Ingredient', 'S', '6809'],
  [40164929, 'metformin hydrochloride 500 MG Oral Tablet', 'Drug', 'RxNorm', 'Clinical Drug', 'S', '861007'],
  [45068283, 'metformin hydrochloride 500 MG Oral Tablet', 'Drug', 'NDC', '11-digit NDC', '', '68180051301'],
  [45341459, 'metformin hydrochloride 500 MG Oral Tablet', 'Drug', 'NDC', '11-digit NDC', '', '00093104801'],
  [2747301, 'Resection of appendix, percutaneous endoscopic', 'Procedure', 'ICD10PCS', 'ICD10PCS', 'S', '0DTJ4ZZ'],
  [3004410, 'Hemoglobin A1c/Hemoglobin.total in Blood', 'Measurement', 'LOINC', 'Lab Test', 'S', '4548-4'],
];
const MAPS_TO: [number, number][] = [
  [35207668, 320128],
  [35206882, 201826],
  [1567956, 201826],
  [45533017, 201826],
  [45533017, 443238],
  [35208013, 4260543],
  [35225404, 1340204],
  [44826460, 201826],
  [40164929, 40164929],
  [45068283, 40164929],
  [45341459, 40164929],
  [2747301, 2747301],
  [3004410, 3004410],
];
const VOCABULARIES = ['None', 'SNOMED', 'ICD10CM', 'ICD9CM', 'RxNorm', 'NDC', 'ICD10PCS', 'LOINC'];

export const ATHENA_VERSION = 'v5.0 31-AUG-24';

/** A download from Athena in small: its files with their tabs, dates and columns. */
export function writeAthena(folder: string, version = ATHENA_VERSION): string {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, header: string, rows: (string | number)[][]) =>
    writeFileSync(join(folder, `${name}.csv`), [header, ...rows.map((row) => row.join('\t'))].join('\n') + '\n');
  const dates = ['19700101', '20991231', ''];
  file(
    'CONCEPT',
    'concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id\tstandard_concept\tconcept_code\tvalid_start_date\tvalid_end_date\tinvalid_reason',
    CONCEPTS.map((concept) => [...concept, ...dates]),
  );
  file(
    'CONCEPT_RELATIONSHIP',
    'concept_id_1\tconcept_id_2\trelationship_id\tvalid_start_date\tvalid_end_date\tinvalid_reason',
    [
      ...MAPS_TO.map(([from, to]) => [from, to, 'Maps to', ...dates]),
      ...MAPS_TO.map(([from, to]) => [to, from, 'Mapped from', ...dates]),
      [35207668, 443238, 'Maps to', '19700101', '20200101', 'D'],
    ],
  );
  file(
    'CONCEPT_ANCESTOR',
    'ancestor_concept_id\tdescendant_concept_id\tmin_levels_of_separation\tmax_levels_of_separation',
    [
      [1503297, 1503297, 0, 0],
      [1503297, 40164929, 2, 2],
      [40164929, 40164929, 0, 0],
    ],
  );
  file(
    'VOCABULARY',
    'vocabulary_id\tvocabulary_name\tvocabulary_reference\tvocabulary_version\tvocabulary_concept_id',
    VOCABULARIES.map((id) => [id, id, 'OMOP', id === 'None' ? version : '', 0]),
  );
  return folder;
}
