import { codingsOf, type Concept } from './codings.ts';
import type { EventDetails } from './details.ts';
import { elementOf, elementsOf, type Loose, textOf } from './elements.ts';
import type { Note } from './note.ts';
import { howOften } from './how-often.ts';
import { quantityOf } from './quantity.ts';
import type { Resource } from './resources.ts';

/**
 * Adds how a drug is taken or was given, by the first of its dosages (that of the least sequence, where they have one): how much at a time, how often a day (not where it is taken when
 * needed), by which route.
 * @see R4, dosage.html; MedicationAdministration.dosage
 */
export function addDosage(
  details: EventDetails,
  { resourceType, dosage, dosageInstruction }: Resource,
  notes: Note[],
): void {
  const value: unknown = dosageInstruction ?? dosage;
  if (value === undefined || value === null) return;
  const path = `${resourceType}.${dosageInstruction ? 'dosageInstruction' : 'dosage'}`;
  const [first, ...others] = inSequence(elementsOf(value, path, notes));
  if (!first) return;
  if (others.length > 0) notes.push({ reason: 'further dosages of a drug, the first read', detail: path });
  const isGiven = resourceType === 'MedicationAdministration';
  const dose = isGiven ? quantityOf(first.dose, `${path}.dose`, notes) : doseIn(first, path, notes);
  if (dose) details.dose = dose;
  const times =
    isGiven || !first.timing || isWhenNeeded(first) ? undefined : howOften(first.timing, `${path}.timing`, notes);
  if (times !== undefined) details.timesPerDay = times;
  const route = first.route && routeIn(first.route);
  if (route) details.route = route;
}

/** Those that have a sequence by it, before those that have none. */
function inSequence(dosages: Loose[]): Loose[] {
  const place = ({ sequence }: Loose) => (Number.isInteger(sequence) ? (sequence as number) : Infinity);
  return dosages.length < 2
    ? dosages
    : dosages.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

function doseIn({ doseAndRate }: Loose, path: string, notes: Note[]): EventDetails['dose'] {
  const all = elementsOf(doseAndRate, `${path}.doseAndRate`, notes);
  for (const { doseQuantity } of all) {
    const dose = quantityOf(doseQuantity, `${path}.doseAndRate.doseQuantity`, notes);
    if (dose) return dose;
  }
  if (all.some(({ doseRange }) => doseRange !== undefined && doseRange !== null))
    notes.push({ reason: 'dose that is a range, not read', detail: path });
  return undefined;
}

function isWhenNeeded({ asNeededBoolean, asNeededCodeableConcept }: Loose): boolean {
  return asNeededBoolean === true || (asNeededCodeableConcept ?? undefined) !== undefined;
}

/** Facts wait in memory: the few routes that there are, each once. */
const routes = new Map<string, EventDetails['route']>();
const MOST_ROUTES = 5000;

/** Its codings; its text where they do not say it as well. */
function routeIn(route: unknown): EventDetails['route'] {
  const codings = codingsOf(route as Concept).filter(({ system }) => system !== '');
  const text = textOf(elementOf(route).text);
  const isSaid = text === undefined || codings.some(({ display }) => display === text);
  if (codings.length === 0) return isSaid ? undefined : { text };
  const found = isSaid ? { codings } : { codings, text };
  if (codings.length > 1) return found;
  const [{ system, code, display = '', userSelected = '' }] = codings;
  const key = [system, code, display, userSelected, isSaid ? '' : text].join('\n');
  const known = routes.get(key);
  if (known) return known;
  if (routes.size >= MOST_ROUTES) routes.clear();
  routes.set(key, found);
  return found;
}
