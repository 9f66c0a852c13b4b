import { type Code, OMOP_VOCABULARY, System } from '@ehrsynth/records';
import { Concept } from './concepts.ts';

/** Of the concepts that say that a patient is allergic, and not to what: their codes in SNOMED CT. */
export const ALLERGY_CODES = {
  [Concept.allergyToDrug]: '416098002',
  [Concept.allergyToSubstance]: '419199007',
  [Concept.allergyToFood]: '414285001',
} as const;

/** Concepts of an observation whose value is what the patient is allergic to. */
export const ALLERGY_CONCEPTS = Object.keys(ALLERGY_CODES).map(Number);

/**
 * Names in SNOMED CT, in small letters, of findings that are allergies themselves: Allergy to penicillin, Latex allergy, Propensity to
 * adverse reactions to food. SQL reads the pattern too.
 */
export const ALLERGY_NAME =
  '^(((drug|food|seasonal|environmental) )?(allergy|intolerance) to .*|([a-z]+ ){1,3}allergy|propensity to adverse reactions.*|allergic disposition)( [(](finding|disorder)[)])?$';
/** Names of what is none of the patient's allergies. */
export const NO_ALLERGY_NAME = '^(no|not|absence|family|suspected|history|past|risk|at risk) .*$';

/** Whether a code is an allergy itself, and not what the patient is allergic to. */
export function isAllergyFinding({ system, code, display }: Code): boolean {
  if (system !== System.snomed) return false;
  const name = display?.toLowerCase() ?? '';
  return CODES.has(code) || (NAME.test(name) && !NO_NAME.test(name));
}

const CODES = new Set<string>(Object.values(ALLERGY_CODES));
const NAME = new RegExp(ALLERGY_NAME);
const NO_NAME = new RegExp(NO_ALLERGY_NAME);

/** The concept under which an allergy to what the code names stands: that of drugs for a code of a system of drugs. */
export function allergyConcept({ system }: Code): keyof typeof ALLERGY_CODES {
  return DRUGS.has(system) ? Concept.allergyToDrug : Concept.allergyToSubstance;
}

const DRUGS = new Set<string>([
  System.rxnorm,
  System.ndc,
  System.atc,
  System.cvx,
  'http://hl7.org/fhir/ndfrt',
  'http://va.gov/terminology/medrt',
  'https://dmd.nhs.uk',
  `${OMOP_VOCABULARY}RxNorm%20Extension`,
]);
