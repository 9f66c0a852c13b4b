import type { EventKind } from '@ehrsynth/records';

const KINDS: Record<string, EventKind> = {
  Condition: 'condition',
  MedicationRequest: 'drug',
  MedicationDispense: 'drug',
  MedicationAdministration: 'drug',
  MedicationStatement: 'drug',
  Procedure: 'procedure',
  Observation: 'measurement',
  Immunization: 'immunization',
  AllergyIntolerance: 'allergy',
};

/** The kind of event that a resource type describes, where it is one that we read. */
export function kindOf(resourceType: string): EventKind | undefined {
  return Object.hasOwn(KINDS, resourceType) ? KINDS[resourceType] : undefined;
}

/** Why what is of a kind that the user does not want is left out. */
export function notAskedFor(kind: EventKind): string {
  return kind === 'allergy' ? 'allergies not requested' : `${kind}s not requested`;
}

/** The element that names the patient. */
export function patientElement(resourceType: string): 'patient' | 'subject' {
  return BY_PATIENT.has(resourceType) ? 'patient' : 'subject';
}

const BY_PATIENT = new Set(['Immunization', 'AllergyIntolerance', 'ExplanationOfBenefit', 'Claim']);
