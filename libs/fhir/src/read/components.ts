import { type Coding, codingsOf, type Concept } from './codings.ts';
import { modifierOf, NOT_UNDERSTOOD } from './extension.ts';
import type { Note } from './facts.ts';
import { type Quantity, quantityOf } from './quantity.ts';
import type { Resource } from './resources.ts';

/** One thing measured. */
export interface Measured {
  /** Where the Observation has several. */
  part?: string;
  codings: Coding[];
  quantity?: Quantity;
  notes: Note[];
}

type Component = Partial<Resource> & { code?: Concept };

/**
 * What an Observation measured: itself, and each component with a code and a value. A panel whose components hold the values
 * (blood pressure) is none itself; what was asked for and has no value was not measured.
 */
export function measuredIn(resource: Resource): Measured[] | { skip: string } {
  const components = (resource.component ?? []) as Component[];
  const hasOwn = hasValue(resource);
  const own = { codings: codingsOf(resource.code), ...valueIn(resource, 'Observation.valueQuantity') };
  if (components.length === 0) return hasOwn || !isAbsent(resource) ? [own] : VALUE_ABSENT;
  const left: Note[] = [];
  const measured: Measured[] = [];
  for (const component of components) {
    const codings = codingsOf(component.code);
    const reason = whyNot(component, codings);
    if (reason) left.push({ reason: `component left out: ${reason}`, detail: modifierOf(component) });
    else
      measured.push({
        part: 'component',
        codings,
        ...valueIn(component, 'Observation.component.valueQuantity'),
      });
  }
  if (hasOwn) measured.unshift(measured.length > 0 ? { part: 'value', ...own } : own);
  if (measured.length === 0) {
    if (isAbsent(resource) || components.every((component) => isAbsent(component))) return VALUE_ABSENT;
    measured.push(own);
  }
  measured[0].notes.push(...left);
  return measured;
}

const VALUE_ABSENT = { skip: 'no value (dataAbsentReason)' };

function valueIn({ valueQuantity }: Component, path: string): { quantity?: Quantity; notes: Note[] } {
  const notes: Note[] = [];
  return { quantity: quantityOf(valueQuantity, path, notes), notes };
}

function whyNot(component: Component, codings: Coding[]): string | undefined {
  if (modifierOf(component)) return NOT_UNDERSTOOD;
  if (!hasValue(component)) return 'no value';
  return codings.length === 0 ? 'no code' : undefined;
}

/** Some value[x] that says something. */
function hasValue(element: Component): boolean {
  for (const name in element) {
    if (!name.startsWith('value')) continue;
    const value: unknown = element[name];
    if (value === undefined || value === null || value === '') continue;
    if (name === 'valueQuantity') return typeof (value as Component).value === 'number';
    if (name !== 'valueCodeableConcept') return true;
    const { text, coding } = value as { text?: string; coding?: unknown };
    return Boolean(text) || !Array.isArray(coding) || codingsOf(value as Concept).length > 0;
  }
  return false;
}

/** It says why it has no value: in dataAbsentReason, as the value, or beside it. */
function isAbsent(element: Component): boolean {
  if (element.dataAbsentReason) return true;
  for (const name in element) if (name.startsWith('value') || name.startsWith('_value')) return true;
  return false;
}
