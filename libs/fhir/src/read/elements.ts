import { modifierOf, NOT_UNDERSTOOD } from './extension.ts';
import type { Note } from './note.ts';

/** What an element of any shape may hold: nothing in it has been looked at yet. */
export type Loose = Partial<Record<string, unknown>>;

/**
 * The objects of an element that repeats, one that stands without its list among them. What is none, and what has a
 * modifierExtension, is left out with a note.
 * @param path for the note: MedicationRequest.dosageInstruction
 */
export function elementsOf(value: unknown, path: string, notes: Note[]): Loose[] {
  if (value === undefined || value === null) return [];
  const found: Loose[] = [];
  const all: unknown[] = Array.isArray(value) ? value : [value];
  for (const one of all) {
    if (!isObject(one)) {
      notes.push({ reason: 'element that is no object, left out', detail: path });
      continue;
    }
    const modifier = one.modifierExtension === undefined ? undefined : modifierOf(one);
    if (modifier) notes.push({ reason: `${path} left out: ${NOT_UNDERSTOOD}`, detail: modifier });
    else found.push(one);
  }
  return found;
}

/** The element where it is an object, else one without anything in it. */
export function elementOf(value: unknown): Loose {
  return isObject(value) ? value : {};
}

/** The text, without blanks around it, where there is any. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The object, or undefined where nothing is in it. */
export function orNone<T extends object>(fields: T): T | undefined {
  for (const name in fields) if (fields[name] !== undefined) return fields;
  return undefined;
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
