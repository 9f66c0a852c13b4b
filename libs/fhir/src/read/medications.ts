import { type Coding, codingsOf, type Concept } from './codings.ts';
import { modifierOf, NOT_UNDERSTOOD } from './extension.ts';
import type { Note } from './note.ts';
import { decoded } from './identity.ts';
import { ownKey, resolve } from './references.ts';
import type { Found } from './found.ts';
import type { Resource } from './resources.ts';

/** One thing that a drug consists of: its codings, or the address of the resource that has them. */
export type DrugPart = Coding[] | string;

/** Address of a Medication or Substance (Type/id, or its identifier) → what it is. */
export type Medications = Map<string, Medication>;

interface Medication {
  /** One with the codings of its code, or else those of its ingredients. */
  parts: DrugPart[];
  enteredInError?: boolean;
}

/** What is to be done with a drug: read under each of these concepts, or left out for a reason. */
export type DrugConcepts =
  { concepts: Coding[][]; missing: string[] } | { skip: string } | { fault: string; detail: string };

interface Reference {
  reference?: string;
  identifier?: { system?: string; value?: string };
}
interface Ingredient {
  isActive?: boolean;
  itemCodeableConcept?: Concept;
  itemReference?: Reference;
  substanceCodeableConcept?: Concept;
  substanceReference?: Reference;
}

const MOST_LEVELS = 5;
const BY_IDENTIFIER = 'identifier ';
const IN_ERROR = 'entered-in-error';

/** Whether resources of this type say what a drug is, for others that refer to them. */
export function describesDrugs(resourceType: string): boolean {
  return resourceType === 'Medication' || resourceType === 'Substance';
}

/** Adds a Medication or Substance under each of its addresses; gives why it is none where its status says so. */
export function addMedication(found: Found, medications: Medications): string | undefined {
  const { resource } = found;
  const enteredInError = resource.status === IN_ERROR;
  const medication = enteredInError ? { parts: [], enteredInError } : { parts: partsOf(resource, found) };
  for (const key of [ownKey(found), ...identifierKeys(resource)]) medications.set(key, medication);
  return enteredInError ? `status ${IN_ERROR}` : undefined;
}

/**
 * What a request, dispense, administration or statement names: its concept where that has a code, else what it refers to;
 * of a mixture without a code the active ingredients, within the resource as far as they are contained.
 */
export function drugOf(found: Found): { parts: DrugPart[] } | { skip: string } {
  const { medicationCodeableConcept: concept, medicationReference: reference } = found.resource;
  const inner = contained(reference?.reference, found);
  if (inner?.status === IN_ERROR && !hasCode(codingsOf(concept))) return { skip: 'medication entered in error' };
  const parts = partsOfChoice(concept, reference, found, MOST_LEVELS);
  if (parts.length > 0) return { parts };
  return { skip: inner ? 'medication without a code' : 'no code' };
}

/** The codings of each part, looked up where it is an address. */
export function conceptsOf(parts: DrugPart[], medications: Medications): DrugConcepts {
  const concepts: Coding[][] = [];
  const missing: string[] = [];
  let enteredInError = false;
  const collect = (part: DrugPart, path: string[]): void => {
    if (Array.isArray(part)) return void concepts.push(part);
    const medication = medications.get(part);
    if (!medication) missing.push(part);
    else if (medication.enteredInError) enteredInError = true;
    else if (!path.includes(part) && path.length < MOST_LEVELS)
      for (const inner of medication.parts) collect(inner, [...path, part]);
  };
  for (const part of parts) collect(part, []);
  if (concepts.length > 0) return { concepts, missing };
  if (enteredInError) return { skip: 'medication entered in error' };
  if (missing.length === 0) return { skip: 'medication without a code' };
  if (missing.every((address) => address.startsWith(BY_IDENTIFIER)))
    return { skip: 'medication by identifier, and none has it' };
  return { fault: 'medication unknown', detail: missing[0] };
}

/** The ingredients that a Medication without a code has and that are none of it as far as we understand. */
export function ingredientsLeftOut({ code, ingredient }: Resource): Note[] {
  if (!ingredient || hasCode(codingsOf(code as Concept | undefined))) return [];
  return (ingredient as Ingredient[])
    .map((item) => modifierOf(item))
    .filter((modifier) => modifier !== undefined)
    .map((detail) => ({ reason: `ingredient left out: ${NOT_UNDERSTOOD}`, detail }));
}

function partsOf(resource: Resource, found: Found, levels = MOST_LEVELS): DrugPart[] {
  const codings = codingsOf(resource.code);
  if (hasCode(codings)) return [codings];
  const items = (resource.ingredient ?? []) as Ingredient[];
  const parts = items.flatMap((item) => {
    if (item.isActive === false || modifierOf(item)) return [];
    const concept = item.itemCodeableConcept ?? item.substanceCodeableConcept;
    return partsOfChoice(concept, item.itemReference ?? item.substanceReference, found, levels);
  });
  return parts.length > 0 || codings.length === 0 ? parts : [codings];
}

function partsOfChoice(
  concept: Concept | undefined,
  reference: Reference | undefined,
  found: Found,
  levels: number,
): DrugPart[] {
  const codings = codingsOf(concept);
  if (hasCode(codings)) return [codings];
  const parts = partsReferredTo(reference, found, levels);
  return parts.length > 0 || codings.length === 0 ? parts : [codings];
}

function partsReferredTo(reference: Reference | undefined, found: Found, levels: number): DrugPart[] {
  const address = reference?.reference;
  if (address?.startsWith('#')) {
    const inner = contained(address, found);
    if (!inner) return [address];
    return inner.status === IN_ERROR || levels === 0 ? [] : partsOf(inner, found, levels - 1);
  }
  const key = conditionalKey(address) ?? resolve(address, found) ?? identifierKey(reference?.identifier);
  return key === undefined ? [] : [key];
}

function contained(reference: string | undefined, { resource }: Found): Resource | undefined {
  if (!reference?.startsWith('#')) return undefined;
  return (resource.contained as Resource[] | undefined)?.find(({ id }) => id === reference.slice(1));
}

/** A code without a system says nothing that can be read. */
function hasCode(codings: Coding[]): boolean {
  return codings.some(({ system }) => Boolean(system));
}

function identifierKeys({ identifier }: Resource): string[] {
  const all = Array.isArray(identifier) ? (identifier as Reference['identifier'][]) : [];
  return all.map(identifierKey).filter((key) => key !== undefined);
}

function identifierKey(identifier: Reference['identifier'] | null): string | undefined {
  return identifier?.value === undefined ? undefined : `${BY_IDENTIFIER}${identifier.system ?? ''}|${identifier.value}`;
}

/** @see R4, http.html#trefs: a reference as a search, Medication?identifier=system|value */
function conditionalKey(address: string | undefined): string | undefined {
  const [, query] = /^(?:Medication|Substance)\?identifier=([^&]+)$/.exec(address ?? '') ?? [];
  return query === undefined ? undefined : BY_IDENTIFIER + decoded(query);
}
