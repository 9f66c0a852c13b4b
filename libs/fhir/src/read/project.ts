import { allergyIn } from './allergies.ts';
import { claimFacts, type ClaimOptions, isClaim } from './claims.ts';
import { type Coding, codingsOf, type Concept } from './codings.ts';
import { measuredIn } from './components.ts';
import { datesOf, readDate } from './dates.ts';
import type { EventDetails } from './details.ts';
import { addDosage } from './dosage.ts';
import { orNone } from './elements.ts';
import { encounterClass } from './encounter-class.ts';
import { notUnderstood, ombCategory } from './extension.ts';
import type { Fact, Projection, Unconfirmed } from './facts.ts';
import type { Note } from './note.ts';
import { isAboutAnother } from './focus.ts';
import { happened, isActive } from './happened.ts';
import { drugOf, type DrugPart, ingredientsLeftOut } from './medications.ts';
import { NOTHING_KNOWN } from './judge-coding.ts';
import { kindOf, notRead, patientElement } from './kinds.ts';
import { quantityOf } from './quantity.ts';
import { ownKey, resolve } from './references.ts';
import type { Found } from './found.ts';
import type { Resource } from './resources.ts';
import { sexOf } from './sex.ts';
import { wrongShape } from './shape.ts';
import { addSupply } from './supply.ts';

/** The facts of one R4 resource, or why it has none; of claims only where it is said how they are read. */
export function project(found: Found, unconfirmed: Unconfirmed = 'keep', claims?: ClaimOptions): Projection {
  const { resource } = found;
  const { resourceType } = resource;
  const asClaim = isClaim(resourceType) ? claims : undefined;
  if (!['Patient', 'Encounter'].includes(resourceType) && !kindOf(resourceType) && !asClaim)
    return { skip: notRead(resourceType) };
  const misshapen = wrongShape(resource);
  if (misshapen) return { fault: 'wrong shape', detail: misshapen };
  const unclear = notUnderstood(resource);
  if (unclear) return unclear;
  if (resourceType === 'Patient') return { patient: ownKey(found), facts: [patientFact(found)] };
  const status = happened(resource);
  if (status.standing === 'did not') return { skip: status.reason };
  if (status.standing === 'unsure' && unconfirmed === 'skip') return { skip: status.reason };
  const element = patientElement(resourceType);
  const patient = resolve(resource[element]?.reference, found);
  if (!patient) return { fault: 'no patient named', detail: `${element}.reference is missing` };
  if (!patient.startsWith('Patient/')) return { skip: 'subject is not a patient' };
  const notes: Note[] =
    status.standing === 'unsure' ? [{ reason: `${status.reason}, kept`, detail: status.detail }] : [];
  if (asClaim) return claimFacts(found, patient, asClaim, notes);
  if (resourceType === 'Encounter') return { patient, facts: [encounterFact(found, notes)] };
  return eventsIn(found, patient, notes);
}

function eventsIn(found: Found, patient: string, notes: Note[]): Projection {
  const { resource } = found;
  const kind = kindOf(resource.resourceType);
  if (kind === 'drug') {
    const drug = drugOf(found);
    const unclear = containedMedication(resource, notes);
    if (unclear) return unclear;
    if ('skip' in drug) return { skip: whyNoCode(drug.skip, resource.medicationCodeableConcept) };
    const details: EventDetails = {};
    addDosage(details, resource, notes);
    addSupply(details, resource, notes);
    const what = { codings: [], drugs: drug.parts, details: orNone(details) };
    return { patient, facts: [eventFact(found, what, notes)] };
  }
  if (kind === 'measurement') return measurementsIn(found, patient, notes);
  if (kind === 'allergy') {
    const allergy = allergyIn(resource, notes);
    return 'skip' in allergy ? allergy : { patient, facts: [eventFact(found, allergy, notes)] };
  }
  const concept = (kind === 'immunization' ? resource.vaccineCode : resource.code) as Concept | undefined;
  const codings = codingsOf(concept);
  if (codings.length === 0) return { skip: whyNoCode('no code', concept) };
  const dose =
    kind === 'immunization' ? quantityOf(resource.doseQuantity, 'Immunization.doseQuantity', notes) : undefined;
  return { patient, facts: [eventFact(found, { codings, ...(dose && { details: { dose } }) }, notes)] };
}

function measurementsIn(found: Found, patient: string, notes: Note[]): Projection {
  const { resource } = found;
  if (isAboutAnother(found, patient)) return { skip: 'about another: focus' };
  const all = measuredIn(resource);
  if ('skip' in all) return all;
  const [first, ...others] = all.filter(({ codings }) => codings.length > 0);
  if (!first) return { skip: whyNoCode('no code', resource.code) };
  const { part, codings, details } = first;
  notes.push(...first.notes);
  const fact = eventFact(found, { part, codings, details }, notes);
  const parts = others.map((other) => ({ ...fact, ...other }));
  return { patient, facts: [fact, ...parts] };
}

/** What is not understood of the Medication within the resource that it refers to; of its ingredients that is noted. */
function containedMedication(
  { medicationReference, contained }: Resource,
  notes: Note[],
): ReturnType<typeof notUnderstood> {
  const reference: string | undefined = medicationReference?.reference;
  if (!reference?.startsWith('#') || !contained) return undefined;
  const inner = (contained as Resource[]).find(({ id }) => id === reference.slice(1));
  if (inner) notes.push(...ingredientsLeftOut(inner));
  return inner && notUnderstood(inner);
}

/** Codes there were, but they all say that nothing is known. */
function whyNoCode(reason: string, concept: Concept | undefined): string {
  return concept?.coding?.some(({ code }) => code) ? NOTHING_KNOWN : reason;
}

function patientFact({ resource, where }: Found): Fact {
  const notes: Note[] = [];
  const { deceasedDateTime, deceasedBoolean } = resource;
  const death = readDate(deceasedDateTime, 'Patient.deceasedDateTime', notes);
  if (deceasedBoolean === true) notes.push({ reason: 'dead, but no date of death' });
  return {
    type: 'patient',
    resourceType: 'Patient',
    where,
    sex: sexOf(resource, notes),
    birthDate: readDate(resource.birthDate, 'Patient.birthDate', notes).day,
    deathDate: death.day,
    deathDigits: death.length,
    race: ombCategory(resource, 'race', notes),
    ethnicity: ombCategory(resource, 'ethnicity', notes),
    ...(notes.length > 0 && { notes }),
  };
}

function encounterFact(found: Found, notes: Note[]): Fact {
  const { resource, where } = found;
  const dates = datesOf(resource, notes);
  if (!dates.start) notes.push({ reason: 'encounter without a start' });
  else if (!dates.end && resource.status === 'finished') notes.push({ reason: 'finished encounter without an end' });
  const { code, note } = encounterClass(resource.class, resource.type);
  if (note) notes.push(note);
  return {
    type: 'encounter',
    resourceType: 'Encounter',
    where,
    id: ownKey(found),
    class: code,
    ...dates,
    ...(notes.length > 0 && { notes }),
  };
}

function eventFact(
  found: Found,
  what: { part?: string; codings: Coding[]; drugs?: DrugPart[]; details?: EventDetails },
  notes: Note[],
): Fact {
  const { resource, where } = found;
  const { resourceType } = resource;
  const request = (resource.authorizingPrescription?.[0] ?? resource.request)?.reference;
  const dates = datesOf(resource, notes);
  const { start, startTime, startDigits, startAge, end, endTime, endDigits, endAge, recorded, recordedTime } = dates;
  // One shape for all: there are millions.
  return {
    type: 'event',
    resourceType,
    where,
    id: resource.id ? `${resourceType}/${resource.id}` : undefined,
    kind: kindOf(resourceType)!,
    part: what.part,
    codings: what.codings,
    drugs: what.drugs,
    details: what.details,
    start,
    startTime,
    startDigits,
    startAge,
    end,
    endTime,
    endDigits,
    endAge,
    recorded,
    recordedTime,
    encounter: resolve((resource.encounter ?? resource.context)?.reference, found),
    request: resolve(request, found),
    active: HAS_CLINICAL_STATUS.has(resourceType) ? isActive(resource) : undefined,
    notes: notes.length > 0 ? notes : undefined,
  };
}

const HAS_CLINICAL_STATUS = new Set(['Condition', 'AllergyIntolerance']);
