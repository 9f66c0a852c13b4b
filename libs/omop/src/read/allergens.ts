import { saysNoAllergy } from '@ehrsynth/records';
import { ALLERGY_CONCEPTS } from '../cdm/allergies.ts';
import { VALUE_CONCEPTS } from '../cdm/value-concepts.ts';
import { quote } from '@ehrsynth/duckdb';
import type { CodeRow } from './code-row.ts';

/** Yes, No, Positive and their like are answers, to which nobody is allergic. */
const ANSWERS = [...VALUE_CONCEPTS.values()].filter(({ domain }) => domain === 'Meas Value').map(({ id }) => id);
const isAllergy = ['observation_concept_id', 'observation_source_concept_id']
  .map((column) => `coalesce(${column}, 0) IN (${ALLERGY_CONCEPTS.join(', ')})`)
  .join(' OR ');
const hasAllergen = `coalesce(value_as_concept_id, 0) <> 0 OR value_source_value IS NOT NULL`;
const words = ['yes', 'no', 'y', 'n', 'true', 'false', 'positive', 'negative', 'unknown', 'none'];
const isWord = `coalesce(value_as_concept_id, 0) = 0 AND lower(trim(value_source_value)) IN (${words.map(quote).join(', ')})`;
const isAnswer = `(coalesce(value_as_concept_id, 0) IN (${ANSWERS.join(', ')}) OR (${isWord}))`;

/** SQL that is true for a row of observation whose value is what the patient is allergic to, and the columns of that value. */
export const ALLERGEN = {
  columns: ['value_as_concept_id', 'value_source_value'],
  where: `((${isAllergy}) AND (${hasAllergen}) AND NOT ${isAnswer} AND value_as_number IS NULL)`,
};

/** Why a row that says that there is no known allergy is no event. */
export const NO_ALLERGY = { reason: 'no known allergy', isRight: true };

/** Whether what is taken for an allergy says that there is none: NKDA, in words or as a concept. */
export function isNoAllergy({ kind, code, name, source }: CodeRow): boolean {
  return kind === 'allergy' && [code, name, source].some((word) => word !== null && saysNoAllergy(word));
}
