import { codeLimits } from '@ehrsynth/vocab';
import { GENDER } from '../cdm/concepts.ts';
import type { Source } from '../read/source.ts';
import type { Check } from './check.ts';

/** Standard concepts whose descendants only women or only men have. */
const ANCESTORS: [id: number, name: string, sex: 'female' | 'male'][] = [
  [200452, 'Disorder of female genital organs', 'female'],
  [444094, 'Finding related to pregnancy', 'female'],
  [196738, 'Disorder of male genital organ', 'male'],
];

/**
 * Conditions that the person's gender rules out: by the source's ICD-10-CM codes after the rules that decoding follows, and by
 * standard concepts and their descendants.
 */
export async function genderChecks({ database, tables }: Source): Promise<Check[]> {
  if (!tables.has('condition_occurrence')) return [];
  const rows = await database.all<{ concept: bigint; code: string; name: string }>(`
    SELECT c.concept_id AS concept, c.concept_code AS code, c.concept_name AS name FROM concept c
    WHERE c.vocabulary_id = 'ICD10CM'
      AND c.concept_id IN (SELECT condition_source_concept_id FROM condition_occurrence) ORDER BY 1`);
  const limited = rows.flatMap(({ concept, code, name }) => {
    const sex = codeLimits(code)?.sex;
    return sex ? [{ id: String(concept), name: `${code} ${name}`, sex }] : [];
  });
  return [
    ...limited.map(({ id, name, sex }) =>
      toCheck('plausibleGender', 'condition_source_concept_id', { id, name }, sex, `t.condition_source_concept_id = ${id}`),
    ),
    ...ANCESTORS.map(([id, name, sex]): Check => ({
      ...toCheck('plausibleGenderUseDescendants', 'condition_concept_id', { id: String(id), name }, sex,
        `EXISTS (SELECT 1 FROM concept_ancestor a WHERE a.ancestor_concept_id = ${id} AND a.descendant_concept_id = t.condition_concept_id)`),
      needs: 'concept_ancestor',
    })),
  ];
} // prettier-ignore

function toCheck(
  name: 'plausibleGender' | 'plausibleGenderUseDescendants',
  field: string,
  concept: { id: string; name: string },
  sex: 'female' | 'male',
  has: string,
): Check {
  const from = `FROM condition_occurrence t JOIN person p ON p.person_id = t.person_id WHERE ${has}`;
  return {
    name,
    table: 'condition_occurrence',
    field,
    concept,
    description: `Rows of ${concept.name} in persons who are not ${sex}`,
    threshold: 5,
    violated: `SELECT count(*) AS n ${from} AND p.gender_concept_id <> ${GENDER[sex]}`,
    checked: `SELECT count(*) AS n ${from}`,
  };
}
