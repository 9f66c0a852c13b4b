import type { CodedEvent } from '@ehrsynth/records';
import { ALLERGY_CODES, allergyConcept, isAllergyFinding } from '../cdm/allergies.ts';
import { Concept } from '../cdm/concepts.ts';
import type { Row } from '../cdm/own-concepts.ts';
import { cut, VARCHAR_50 } from '../cdm/plain-value.ts';
import type { Concepts } from './concepts.ts';

/** How an allergy stands in observation: its standard concept, its source's code and concept, and what the value says. */
export interface AllergyPlace {
  standard: number;
  sourceCode: string;
  source: number;
  value: Row;
}

/** A value would be read as what the patient is allergic to. */
const NO_VALUE: Row = { value_source_value: undefined };

/**
 * An allergy to what a code names is an observation of OHDSI's concept for it, with the code as the value. A code that is an allergy
 * itself (Allergy to penicillin, in SNOMED CT) is the observation.
 */
export function allergyPlace({ code }: CodedEvent, concepts: Concepts): AllergyPlace {
  const { source, targets } = concepts.of(code);
  if (isAllergyFinding(code)) {
    const standard = targets.find(({ domain }) => domain === 'Observation')?.concept;
    return {
      standard: standard ?? Concept.allergyToSubstance,
      sourceCode: code.code,
      source,
      value: NO_VALUE,
    };
  }
  const concept = allergyConcept(code);
  return {
    standard: concept,
    sourceCode: ALLERGY_CODES[concept],
    source: concept,
    value: { value_as_concept_id: source, value_source_value: cut(code.code, VARCHAR_50) },
  };
}
