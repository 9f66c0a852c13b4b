import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Two concepts, one mapped to the other, as Athena's download has them. */
export function writeSmallAthena(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, ...rows: string[][]) =>
    writeFileSync(join(folder, `${name}.csv`), rows.map((row) => `${row.join('\t')}\n`).join(''));
  const dates = ['19700101', '20991231', ''];
  const dated = ['valid_start_date', 'valid_end_date', 'invalid_reason'];
  file(
    'CONCEPT',
    [
      'concept_id',
      'concept_name',
      'domain_id',
      'vocabulary_id',
      'concept_class_id',
      'standard_concept',
      'concept_code',
      ...dated,
    ],
    ['0', 'No matching concept', 'Metadata', 'None', 'Undefined', '', 'No matching concept', ...dates],
    ['320128', 'Essential hypertension', 'Condition', 'SNOMED', 'Disorder', 'S', '59621000', ...dates],
    [
      '35207668',
      'Essential (primary) hypertension',
      'Condition',
      'ICD10CM',
      '3-char billing code',
      '',
      'I10',
      ...dates,
    ],
    ...Array.from({ length: 3000 }, (_, i) => [
      String(1_000_000 + i),
      `Finding ${i}`,
      'Condition',
      'SNOMED',
      'Disorder',
      'S',
      String(1e9 + i),
      ...dates,
    ]),
  );
  file(
    'CONCEPT_RELATIONSHIP',
    ['concept_id_1', 'concept_id_2', 'relationship_id', ...dated],
    ['35207668', '320128', 'Maps to', ...dates],
    ['320128', '35207668', 'Mapped from', ...dates],
  );
  file(
    'CONCEPT_ANCESTOR',
    ['ancestor_concept_id', 'descendant_concept_id', 'min_levels_of_separation', 'max_levels_of_separation'],
    ['320128', '320128', '0', '0'],
  );
  file(
    'VOCABULARY',
    ['vocabulary_id', 'vocabulary_name', 'vocabulary_reference', 'vocabulary_version', 'vocabulary_concept_id'],
    ['None', 'OMOP Standardized Vocabularies', 'OMOP', 'v5.0 31-AUG-24', '0'],
  );
}
