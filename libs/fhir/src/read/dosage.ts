import { codingsOf, type Concept } from './codings.ts';
import type { EventDetails } from './details.ts';
import { definedOf, elementOf, elementsOf, type Loose, textOf } from './elements.ts';
import type { Note } from './facts.ts';
import { howOften } from './how-often.ts';
import { quantityOf } from './quantity.ts';
import type { Resource } from './resources.ts';

/**
 * How a drug is taken or was given, by the first of its dosages: how much at a time, how often a day (not where it is taken when
 * needed), by which route.
 * @see R4, dosage.html; MedicationAdministration.dosage
 */
export function dosageIn(
  { resourceType, dosage, dosageInstruction }: Resource,
  notes: Note[],
): Pick<EventDetails, 'dose' | 'timesPerDay' | 'route'> {
  const [name, value]: [string, unknown] =
    dosageInstruction === undefined ? ['dosage', dosage] : ['dosageInstruction', dosageInstruction];
  if (value === undefined || value === null) return {};
  const path = `${resourceType}.${name}`;
  const all = elementsOf(value, path, notes);
  if (all.length === 0) return {};
  if (all.length > 1) notes.push({ reason: 'further dosages of a drug, the first read', detail: path });
  const [first] = all;
  const isGiven = resourceType === 'MedicationAdministration';
  return {
    dose: isGiven ? quantityOf(first.dose, `${path}.dose`, notes) : doseIn(first, path, notes),
    timesPerDay: isGiven || isWhenNeeded(first) ? undefined : howOften(first.timing, `${path}.timing`, notes),
    route: routeIn(first),
  };
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

/** Its codings; its text where they do not say it as well. */
function routeIn({ route }: Loose): EventDetails['route'] {
  const codings = codingsOf(route as Concept | undefined).filter(({ system }) => system !== '');
  const text = textOf(elementOf(route).text);
  const isSaid = codings.some(({ display }) => display === text);
  return definedOf({
    codings: codings.length > 0 ? codings : undefined,
    text: isSaid ? undefined : text,
  });
}
