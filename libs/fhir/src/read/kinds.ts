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

/** Resources that say what is to be done; whether it was is in others. */
const PLANS = new Set([
  'CarePlan',
  'Goal',
  'ServiceRequest',
  'NutritionOrder',
  'DeviceRequest',
  'RequestGroup',
  'Appointment',
]);
const PLANNED = 'planned, not said to be done: not read';
const NOT_READ = 'resource type not read';

/** Why a resource of a type that describes no event is left out. */
export function notRead(resourceType: string): string {
  return PLANS.has(resourceType) ? PLANNED : NOT_READ;
}

export function isNotRead(reason: string): boolean {
  return reason === PLANNED || reason === NOT_READ;
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
