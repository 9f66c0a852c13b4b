import { type Coding, codingsOf, type Concept } from './codings.ts';
import type { EventDetails } from './details.ts';
import { orNone } from './elements.ts';
import { extensionsOf, modifierOf, NOT_UNDERSTOOD, valueCodes } from './extension.ts';
import type { Note } from './note.ts';
import { wordsOf } from './happened.ts';
import { addReading, categoryIn } from './observation-details.ts';
import type { Resource } from './resources.ts';
import { valueIn } from './value.ts';

/** One thing measured. */
export interface Measured {
  /** Where the Observation has several. */
  part?: string;
  codings: Coding[];
  details?: EventDetails;
  notes: Note[];
}

type Component = Partial<Resource> & { code?: Concept };

/**
 * What an Observation measured: itself, and each component with a code and a value. A panel whose components hold the values
 * (blood pressure) is none itself; what was asked for and has no value was not measured.
 */
export function measuredIn(resource: Resource): Measured[] | { skip: string } {
  const components = (resource.component ?? []) as Component[];
  const value = valueOf(resource);
  if (components.length === 0 && value === 'absent') return VALUE_ABSENT;
  const category = categoryIn(resource);
  const own = {
    codings: codingsOf(resource.code),
    ...detailsIn(resource, 'Observation', category, undefined),
  };
  if (components.length === 0) return [own];
  const panel = own.codings.length > 0 ? own.codings : undefined;
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
        ...detailsIn(component, 'Observation.component', category, panel),
      });
  }
  if (value === 'given') measured.unshift(measured.length > 0 ? { part: 'value', ...own } : own);
  if (measured.length === 0) {
    if (value === 'absent' || components.every((one) => valueOf(one) === 'absent')) return VALUE_ABSENT;
    measured.push(own);
  }
  const read = measured.find(({ codings }) => codings.length > 0) ?? measured[0];
  read.notes.push(...left);
  return measured;
}

const VALUE_ABSENT = { skip: 'no value (dataAbsentReason)' };

function detailsIn(
  element: Component,
  path: string,
  category: string | undefined,
  panel: Coding[] | undefined,
): { details?: EventDetails; notes: Note[] } {
  const notes: Note[] = [];
  const details: EventDetails = valueIn(element, path, notes) ?? {};
  addReading(details, element, path, notes);
  if (category !== undefined) details.category = category;
  if (panel !== undefined) details.panel = panel;
  return { details: orNone(details), notes };
}

function whyNot(component: Component, codings: Coding[]): string | undefined {
  if (modifierOf(component)) return NOT_UNDERSTOOD;
  if (valueOf(component) !== 'given') return 'no value';
  return codings.length === 0 ? 'no code' : undefined;
}

/**
 * Whether an element has a value, or says that it has none: in dataAbsentReason, as the value, or beside it. What is only
 * withheld (masked) or not to be written as one (a trace) was measured.
 */
function valueOf(element: Component): 'given' | 'absent' | undefined {
  const absent = wordsOf(element.dataAbsentReason as Concept | null);
  for (const name in element) {
    if (!name.startsWith('value') && !name.startsWith('_value')) continue;
    const value = element[name] as Component | string | number | boolean | null;
    if (value === null || value === undefined || value === '') continue;
    if (name.startsWith('_')) absent.push(...absentReasons(value as object));
    else if (hasContent(name, value)) return 'given';
    else absent.push(...reasonsWithin(value as Component));
  }
  if (absent.length === 0) return element.dataAbsentReason ? 'absent' : undefined;
  return absent.some((code) => MEASURED.has(code)) ? 'given' : 'absent';
}

function hasContent(name: string, value: Component | string | number | boolean): boolean {
  if (typeof value !== 'object') return true;
  if (name === 'valueQuantity') return typeof value.value === 'number';
  if (name !== 'valueCodeableConcept') return absentReasons(value).length === 0;
  const concept = value as Concept & { text?: string };
  const codings = codingsOf(concept);
  if (codings.length === 0) return Boolean(concept.text);
  return !codings.every(({ code }) => NOT_DONE.has(code));
}

/** SNOMED CT's "Not done" and "Not performed". */
const NOT_DONE = new Set(['385660001', '262008008']);

/** Of a value without content: in its extension, that of its coding, beside its number or text, or as its code. */
function reasonsWithin(value: Component): string[] {
  const codings = (Array.isArray(value.coding) ? value.coding : []) as unknown[];
  const within = [value, value._value, value._text, ...codings].filter(
    (one): one is object => typeof one === 'object' && one !== null,
  );
  return [...within.flatMap(absentReasons), ...wordsOf(value as Concept)];
}

function absentReasons(sibling: object): string[] {
  return extensionsOf(sibling)
    .filter(({ name }) => name === 'data-absent-reason')
    .map(({ extension }) => valueCodes(extension).find((code) => typeof code === 'string') ?? 'unknown');
}

/** Reasons for having no value of data-absent-reason and NullFlavor that say that there was one. */
const MEASURED = new Set([
  'masked',
  'as-text',
  'unsupported',
  'not-a-number',
  'negative-infinity',
  'positive-infinity',
  'MSK',
  'NINF',
  'PINF',
  'TRC',
  'QS',
]);
