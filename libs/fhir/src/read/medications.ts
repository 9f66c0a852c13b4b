import { type Coding, codingsOf } from './codings.ts';
import { ownKey, resolve } from './references.ts';
import type { Found, Resource } from './resources.ts';

/** Type/id → what is in it. */
export type Medications = Map<string, Medication>;

/** The codings of a Medication, or the addresses of its ingredients where it is a mixture without a code. */
interface Medication {
  codings: Coding[];
  ingredients: string[];
}

/** What a Medication resource says, with its Type/id. */
export function medicationOf(found: Found): Medication & { key: string } {
  const { code, ingredient } = found.resource;
  const items = (ingredient ?? []) as { itemReference?: { reference?: string } }[];
  const ingredients = items.map((item) => resolve(item.itemReference?.reference, found));
  return {
    key: ownKey(found),
    codings: codingsOf(code),
    ingredients: ingredients.filter((key) => key !== undefined),
  };
}

/** The Medication within a resource that it refers to. */
export function containedMedication(resource: Resource): Resource | undefined {
  const reference: string | undefined = resource.medicationReference?.reference;
  if (!reference?.startsWith('#')) return undefined;
  return (resource.contained as Resource[] | undefined)?.find((inner) => inner.id === reference.slice(1));
}

/** The codings of a Medication; of each ingredient where it is a mixture without a code of its own. */
export function conceptsOf(key: string, medications: Medications): Coding[][] | undefined {
  const medication = medications.get(key);
  if (!medication) return undefined;
  if (medication.codings.length > 0) return [medication.codings];
  return medication.ingredients.map((ingredient) => medications.get(ingredient)?.codings ?? []);
}
