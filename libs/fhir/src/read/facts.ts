import { dayOf, type EventKind, isCalendarDate, type Sex } from '@ehrsynth/records';
import { type Found, lastPart, type Resource } from './resources.ts';
import { wrongShape } from './shape.ts';

export interface Coding {
  system: string;
  code: string;
  display?: string;
}

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
  /** Type/id of the Medication that has the code. */
  medication?: string;
  start?: string;
  end?: string;
  encounter?: string;
  /** Type/id of the MedicationRequest whose date stands in for a missing one. */
  request?: string;
  active?: boolean;
  quantity?: { value: number; unit?: string };
}

/** What we keep of a resource until its patient's others have been read. */
export type Fact = (PatientFact | EncounterFact | EventFact) & { resourceType: string; where: string };

export type Projection =
  { patient: string; fact: Fact } | { skip: string } | { fault: string; detail?: string };

const KINDS: Record<string, EventKind> = {
  Condition: 'condition',
  MedicationRequest: 'drug',
  MedicationDispense: 'drug',
  MedicationAdministration: 'drug',
  MedicationStatement: 'drug',
  Procedure: 'procedure',
  Observation: 'measurement',
};
/** Statuses that say it did not happen. */
const NOT_DONE = new Set([
  'entered-in-error',
  'cancelled',
  'not-done',
  'draft',
  'declined',
  'not-taken',
  'planned',
]);
const REFUTED = new Set(['refuted', 'entered-in-error']);
const ACTIVE = new Set(['active', 'recurrence', 'relapse']);
const SEXES = new Set(['female', 'male', 'other', 'unknown']);
const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';

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
  if (resourceType === 'Patient') return { patient: ownKey(found), fact: patientFact(resource, where) };
  const status = [resource.status, codeOf(resource.verificationStatus)];
  if (NOT_DONE.has(status[0]) || REFUTED.has(status[1]!)) return { skip: `status ${status.find(Boolean)}` };
  const patient = resolve(resource.subject?.reference, found);
  if (!patient) return { fault: 'no patient named', detail: 'subject.reference is missing' };
  if (!patient.startsWith('Patient/')) return { skip: 'subject is not a patient' };
  const fact = resourceType === 'Encounter' ? encounterFact(found) : eventFact(found);
  if (fact.type === 'event' && fact.codings.length === 0 && !fact.medication) return { skip: 'no code' };
  return { patient, fact };
}

/** The codings of a Medication, or the addresses of its ingredients where it is a mixture without a code. */
export function medicationOf(found: Found): { key: string; codings: Coding[]; ingredients: string[] } {
  const { code, ingredient } = found.resource;
  const items = (ingredient ?? []) as { itemReference?: { reference?: string } }[];
  const ingredients = items.map((item) => resolve(item.itemReference?.reference, found));
  return {
    key: ownKey(found),
    codings: codingsOf(code),
    ingredients: ingredients.filter((key) => key !== undefined),
  };
}

function patientFact(resource: Resource, where: string): Fact {
  const birthSex = extension(resource, 'birthsex')?.valueCode === 'F' ? 'female' : 'male';
  const gender = resource.gender ?? (extension(resource, 'birthsex') ? birthSex : 'unknown');
  return {
    type: 'patient',
    resourceType: 'Patient',
    where,
    sex: SEXES.has(gender) ? gender : 'unknown',
    birthDate: dateOf(resource.birthDate),
    deathDate: dateOf(resource.deceasedDateTime),
    race: ombCategory(resource, 'race'),
    ethnicity: ombCategory(resource, 'ethnicity'),
  };
}

function encounterFact(found: Found): Fact {
  const { resource, where } = found;
  return {
    type: 'encounter',
    resourceType: 'Encounter',
    where,
    id: ownKey(found),
    class: resource.class?.code ?? 'AMB',
    start: dateOf(resource.period?.start),
    end: dateOf(resource.period?.end),
  };
}

function eventFact(found: Found): Fact {
  const { resource, where } = found;
  const { resourceType } = resource;
  const drug = kindOf(resourceType) === 'drug';
  const contained = drug ? containedMedication(resource) : undefined;
  const concept = drug ? (resource.medicationCodeableConcept ?? contained?.code) : resource.code;
  const reference = drug && !concept ? resource.medicationReference?.reference : undefined;
  const request = (resource.authorizingPrescription?.[0] ?? resource.request)?.reference;
  const quantity = resource.quantity ?? resource.valueQuantity;
  return {
    type: 'event',
    resourceType,
    where,
    id: resource.id && `${resourceType}/${resource.id}`,
    kind: kindOf(resourceType)!,
    codings: codingsOf(concept),
    medication: resolve(reference, found),
    ...period(resource),
    encounter: resolve((resource.encounter ?? resource.context)?.reference, found),
    request: resolve(request, found),
    active: resource.clinicalStatus ? ACTIVE.has(codeOf(resource.clinicalStatus)!) : undefined,
    quantity:
      typeof quantity?.value === 'number' ? { value: quantity.value, unit: quantity.unit } : undefined,
  };
}

/** When it began and ended, from whichever of R4's elements the resource has. */
function period(resource: Resource): { start?: string; end?: string } {
  const span =
    resource.onsetPeriod ?? resource.performedPeriod ?? resource.effectivePeriod ?? resource.abatementPeriod;
  const start =
    resource.onsetDateTime ??
    resource.performedDateTime ??
    resource.effectiveDateTime ??
    resource.effectiveInstant ??
    resource.authoredOn ??
    resource.whenHandedOver ??
    resource.whenPrepared ??
    span?.start ??
    resource.recordedDate ??
    resource.dateAsserted;
  return { start: dateOf(start), end: dateOf(resource.abatementDateTime ?? span?.end) };
}

function containedMedication(resource: Resource): Resource | undefined {
  const reference: string | undefined = resource.medicationReference?.reference;
  if (!reference?.startsWith('#')) return undefined;
  return (resource.contained as Resource[] | undefined)?.find((inner) => inner.id === reference.slice(1));
}

/** Type/id of what a reference points to, through the bundle's own addresses where it is in one. */
export function resolve(reference: string | undefined, { local }: Pick<Found, 'local'>): string | undefined {
  // Who asks for an element that is not read (the sandbox, of any resource) may find anything there.
  if (typeof reference !== 'string' || reference === '' || reference.startsWith('#')) return undefined;
  const within = local?.get(reference);
  if (within) return within;
  return /([A-Z]\w+\/[^/|]+?)(\/_history\/.*)?$/.exec(reference)?.[1] ?? reference;
}

/** Patient/id of whose record the resource is part; undefined where it is of none. */
export function patientOf(found: Found): string | undefined {
  const { resourceType, subject, patient, beneficiary } = found.resource;
  if (resourceType === 'Patient') return ownKey(found);
  const key = resolve((patient ?? subject ?? beneficiary)?.reference, found);
  return key?.startsWith('Patient/') ? key : undefined;
}

/** Type/id of a resource; the id is that of its address where it has none. */
export function ownKey({ resource, fullUrl }: Found): string {
  const { id } = resource as { id?: unknown };
  const own = typeof id === 'string' ? id : typeof fullUrl === 'string' ? lastPart(fullUrl) : undefined;
  return `${resource.resourceType}/${own}`;
}

function codingsOf(concept: { coding?: Partial<Coding>[] } | undefined): Coding[] {
  const codings = Array.isArray(concept?.coding) ? concept.coding : [];
  return codings
    .filter((coding) => coding?.code)
    .map(({ system = '', code, display }) => ({ system, code: String(code), ...(display && { display }) }));
}

function codeOf(concept: { coding?: Partial<Coding>[] } | undefined): string | undefined {
  return concept?.coding?.[0]?.code;
}

function extension(resource: Resource, name: string): Resource | undefined {
  const all = (resource.extension ?? []) as Resource[];
  return all.find((entry) => entry.url === US_CORE + name);
}

function ombCategory(resource: Resource, name: string): string | undefined {
  const parts = (extension(resource, name)?.extension ?? []) as Resource[];
  return parts.find((part) => part.url === 'ombCategory')?.valueCoding?.code;
}

/** The day, or undefined where the text is no date that the calendar has. */
function dateOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || !/^\d{4}(-\d\d(-\d\d(T.*)?)?)?$/.test(text)) return undefined;
  const day = dayOf(text);
  return isCalendarDate(day) ? day : undefined;
}
