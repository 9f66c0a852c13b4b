import type { EventKind, Sex } from '@ehrsynth/records';
import { codeOf, type Coding, codingsOf } from './codings.ts';
import { dateOf, periodOf } from './dates.ts';
import { encounterClass } from './encounter-class.ts';
import { ombCategory } from './extension.ts';
import { notHappened } from './happened.ts';
import { drugOf, type DrugPart } from './medications.ts';
import { ownKey, resolve } from './references.ts';
import type { Found, Resource } from './resources.ts';
import { sexOf } from './sex.ts';
import { wrongShape } from './shape.ts';

interface PatientFact {
  type: 'patient';
  sex: Sex;
  birthDate?: string;
  deathDate?: string;
  race?: string;
  ethnicity?: string;
}
interface EncounterFact {
  type: 'encounter';
  id: string;
  class: string;
  start?: string;
  end?: string;
}
interface EventFact {
  type: 'event';
  id?: string;
  kind: EventKind;
  codings: Coding[];
  /** Of a drug, in place of codings: what it consists of, which other resources may say. */
  drugs?: DrugPart[];
  start?: string;
  end?: string;
  encounter?: string;
  /** Type/id of the MedicationRequest whose date stands in for a missing one. */
  request?: string;
  active?: boolean;
  quantity?: { value: number; unit?: string };
}

/** Something to know of a fact that is read all the same. */
export interface Note {
  reason: string;
  detail?: string;
}

/**
 * What we keep of a resource until its patient's others have been read. All facts of one resource have the same `where`
 * and, where it has an id, the same `id`.
 */
export type Fact = (PatientFact | EncounterFact | EventFact) & {
  resourceType: string;
  where: string;
  /** The element that says it, where a resource can say several things: component, diagnosis, item. */
  part?: string;
  notes?: Note[];
};

export type Projection =
  { patient: string; facts: Fact[] } | { skip: string } | { fault: string; detail?: string };

const KINDS: Record<string, EventKind> = {
  Condition: 'condition',
  MedicationRequest: 'drug',
  MedicationDispense: 'drug',
  MedicationAdministration: 'drug',
  MedicationStatement: 'drug',
  Procedure: 'procedure',
  Observation: 'measurement',
};
const ACTIVE = new Set(['active', 'recurrence', 'relapse']);

/** The kind of event that a resource type tells of, where it is one that we read. */
export function kindOf(resourceType: string): EventKind | undefined {
  return Object.hasOwn(KINDS, resourceType) ? KINDS[resourceType] : undefined;
}

/** The facts of one R4 resource, or why it has none. */
export function project(found: Found): Projection {
  const { resource, where } = found;
  const { resourceType } = resource;
  if (!['Patient', 'Encounter'].includes(resourceType) && !kindOf(resourceType))
    return { skip: 'resource type not read' };
  const misshapen = wrongShape(resource);
  if (misshapen) return { fault: 'wrong shape', detail: misshapen };
  if (resourceType === 'Patient') return { patient: ownKey(found), facts: [patientFact(resource, where)] };
  const reason = notHappened(resource);
  if (reason) return { skip: reason };
  const patient = resolve(resource.subject?.reference, found);
  if (!patient) return { fault: 'no patient named', detail: 'subject.reference is missing' };
  if (!patient.startsWith('Patient/')) return { skip: 'subject is not a patient' };
  const drug = kindOf(resourceType) === 'drug' ? drugOf(found) : undefined;
  if (drug && 'skip' in drug) return drug;
  const fact = resourceType === 'Encounter' ? encounterFact(found) : eventFact(found, drug?.parts);
  if (fact.type === 'event' && fact.codings.length === 0 && !fact.drugs) return { skip: 'no code' };
  return { patient, facts: [fact] };
}

function patientFact(resource: Resource, where: string): Fact {
  return {
    type: 'patient',
    resourceType: 'Patient',
    where,
    sex: sexOf(resource),
    birthDate: dateOf(resource.birthDate),
    deathDate: dateOf(resource.deceasedDateTime),
    race: ombCategory(resource, 'race'),
    ethnicity: ombCategory(resource, 'ethnicity'),
  };
}

function encounterFact(found: Found): Fact {
  const { resource, where } = found;
  const { code, note } = encounterClass(resource.class, resource.type);
  return {
    type: 'encounter',
    resourceType: 'Encounter',
    where,
    id: ownKey(found),
    class: code,
    ...(note && { notes: [note] }),
    start: dateOf(resource.period?.start),
    end: dateOf(resource.period?.end),
  };
}

function eventFact(found: Found, drugs?: DrugPart[]): Fact {
  const { resource, where } = found;
  const { resourceType } = resource;
  const request = (resource.authorizingPrescription?.[0] ?? resource.request)?.reference;
  const quantity = resource.quantity ?? resource.valueQuantity;
  return {
    type: 'event',
    resourceType,
    where,
    id: resource.id && `${resourceType}/${resource.id}`,
    kind: kindOf(resourceType)!,
    codings: drugs ? [] : codingsOf(resource.code),
    drugs,
    ...periodOf(resource),
    encounter: resolve((resource.encounter ?? resource.context)?.reference, found),
    request: resolve(request, found),
    active: resource.clinicalStatus ? ACTIVE.has(codeOf(resource.clinicalStatus)!) : undefined,
    quantity:
      typeof quantity?.value === 'number' ? { value: quantity.value, unit: quantity.unit } : undefined,
  };
}
