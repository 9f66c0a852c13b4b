import type { Note } from './note.ts';
import type { Resource } from './resources.ts';

type Loose = Partial<Record<string, unknown>>;

/** The extensions of an element, each under the last part of its address: us-core-race. */
export function extensionsOf(element: object): { name: string; extension: Loose }[] {
  const { extension: all } = element as { extension?: unknown };
  if (!Array.isArray(all)) return [];
  return (all as Loose[])
    .filter((extension) => typeof extension?.url === 'string')
    .map((extension) => ({ name: (extension.url as string).replace(/^.*\//, ''), extension }));
}

/** The codes of an extension's value, as a code, a coding or a concept. */
export function valueCodes({ valueCode, valueCoding, valueCodeableConcept, valueString }: Loose): unknown[] {
  const codings = (valueCodeableConcept as Loose | undefined)?.coding;
  const all = [valueCoding, ...(Array.isArray(codings) ? (codings as unknown[]) : [])];
  const codes = all.map((coding) => (coding as Loose | null | undefined)?.code);
  return [valueCode, ...codes, valueString].filter((code) => code !== undefined && code !== null);
}

/**
 * OMB's category of race or ethnicity, a code of CDC's; what is none is noted. Read of US Core's extension, and of those that
 * came before it (DSTU2's with one concept, Argonaut's).
 */
export function ombCategory(resource: Resource, name: 'race' | 'ethnicity', notes: Note[]): string | undefined {
  const codes = extensionsOf(resource)
    .filter((one) => one.name === `us-core-${name}` || one.name === `argo-${name}`)
    .flatMap(({ extension }) => [...categoriesIn(extension), ...valueCodes(extension)]);
  const known = codes.filter((code) => typeof code === 'string' && CDC_CODE.test(code)) as string[];
  for (const code of codes) {
    if (typeof code === 'string' && (CDC_CODE.test(code) || SAYS_NOTHING.test(code))) continue;
    notes.push({
      reason: `${name} not read`,
      detail: typeof code === 'object' ? 'no text' : String(code).slice(0, 100),
    });
  }
  if (new Set(known).size > 1) {
    notes.push({ reason: `several codes of ${name}, the first read`, detail: known.join(', ') });
  }
  return known[0];
}

/** The address of an element's modifierExtension: we understand none. @see R4, extensibility.html#modifierExtension */
export function modifierOf(element: object): string | undefined {
  const { modifierExtension } = element as { modifierExtension?: { url?: string }[] | null };
  if (!modifierExtension || modifierExtension.length === 0) return undefined;
  return modifierExtension[0].url ?? 'without a url';
}

/** What in a resource may change its meaning, and is not understood. @see R4, Resource.implicitRules */
export function notUnderstood(resource: Resource): { fault: string; detail: string } | undefined {
  const modifier = modifierOf(resource);
  if (modifier) return { fault: NOT_UNDERSTOOD, detail: modifier };
  const { implicitRules } = resource as { implicitRules?: unknown };
  if (implicitRules === undefined || implicitRules === null || implicitRules === '') return undefined;
  return { fault: 'implicitRules not understood', detail: String(implicitRules).slice(0, 200) };
}

/** Why what has a modifierExtension is left out. */
export const NOT_UNDERSTOOD = 'modifierExtension not understood';

const CDC_CODE = /^\d{4}-\d$/;
/** NullFlavor. */
const SAYS_NOTHING = /^(UNK|ASKU|NI|NA|NASK|MSK|OTH)$/;

function categoriesIn(extension: object): unknown[] {
  return extensionsOf(extension)
    .filter(({ name }) => name === 'ombCategory')
    .flatMap(({ extension: part }) => valueCodes(part));
}
