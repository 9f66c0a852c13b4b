import { quoted } from '@ehrsynth/records';
import { daysOfUnit } from './ages.ts';
import type { EventDetails } from './details.ts';
import { elementOf, elementsOf } from './elements.ts';
import type { Note } from './note.ts';
import { quantityOf } from './quantity.ts';
import type { Resource } from './resources.ts';

/**
 * Adds how much of a drug was supplied, for how many days, and how often again: of a dispense, or of what a request asks a pharmacy
 * for.
 * @see R4, MedicationRequest.dispenseRequest, MedicationDispense.daysSupply
 */
export function addSupply(details: EventDetails, resource: Resource, notes: Note[]): void {
  const { resourceType } = resource;
  if (resourceType === 'MedicationDispense') {
    const { quantity, daysSupply } = resource as { quantity?: unknown; daysSupply?: unknown };
    add(details, quantity, daysSupply, 'MedicationDispense.quantity', 'MedicationDispense.daysSupply', notes);
  }
  if (resourceType !== 'MedicationRequest' || !resource.dispenseRequest) return;
  const path = 'MedicationRequest.dispenseRequest';
  const [request] = elementsOf(resource.dispenseRequest, path, notes);
  if (!request) return;
  const { quantity, expectedSupplyDuration, numberOfRepeatsAllowed } = request;
  add(details, quantity, expectedSupplyDuration, `${path}.quantity`, `${path}.expectedSupplyDuration`, notes);
  const refills = refillsIn(numberOfRepeatsAllowed, `${path}.numberOfRepeatsAllowed`, notes);
  if (refills !== undefined) details.refills = refills;
}

function add(
  details: EventDetails,
  given: unknown,
  duration: unknown,
  path: string,
  pathOfDays: string,
  notes: Note[],
): void {
  const quantity = quantityOf(given, path, notes);
  if (quantity) details.quantity = quantity;
  const days = daysIn(duration, pathOfDays, notes);
  if (days !== undefined) details.daysSupply = days;
}

/** Whole days of a duration; one without a unit is in days. */
function daysIn(duration: unknown, path: string, notes: Note[]): number | undefined {
  if (duration === undefined || duration === null) return undefined;
  const { value, unit, code, comparator } = elementOf(duration);
  if (value === undefined || value === null) return undefined;
  const ofUnit = (code ?? unit ?? undefined) === undefined ? 1 : daysOfUnit({ code, unit });
  const exact = typeof value === 'number' && ofUnit !== undefined ? value * ofUnit : NaN;
  const days = Math.round(exact);
  const detail = `${path}: ${[comparator, value, unit ?? code].map(shown).join(' ').trim()}`;
  if (days > 0 && days <= MOST_DAYS && (comparator ?? undefined) === undefined) {
    // A month has no whole number of days.
    const isWhole = ofUnit! > LONGEST_EXACT ? Number.isInteger(value) : Math.abs(exact - days) < 1e-6;
    if (!isWhole) notes.push({ reason: 'days of supply rounded to whole days', detail });
    return days;
  }
  notes.push({ reason: 'days of supply not read', detail });
  return undefined;
}

/** Ten years: what lasts longer is no supply. */
const MOST_DAYS = 3653;
/** A week: longer units are months and years. */
const LONGEST_EXACT = 7;
const MOST_REFILLS = 999;

function refillsIn(value: unknown, path: string, notes: Note[]): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_REFILLS) return Number(value);
  notes.push({ reason: 'number of refills not read', detail: `${path}: ${shown(value)}` });
  return undefined;
}

const COMPARATOR = /^(?:[<>]=?)?$/;

function shown(value: unknown): string {
  if (typeof value === 'object') return 'an object';
  return quoted(String(value ?? ''), (text) => COMPARATOR.test(text) || daysOfUnit({ unit: text }) !== undefined);
}
