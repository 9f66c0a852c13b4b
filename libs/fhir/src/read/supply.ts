import { daysOfUnit } from './ages.ts';
import type { EventDetails } from './details.ts';
import { elementOf, elementsOf } from './elements.ts';
import type { Note } from './facts.ts';
import { quantityOf } from './quantity.ts';
import type { Resource } from './resources.ts';

/**
 * How much of a drug was supplied, for how many days, and how often again: of a dispense, or of what a request asks a pharmacy for.
 * @see R4, MedicationRequest.dispenseRequest, MedicationDispense.daysSupply
 */
export function supplyIn(
  resource: Resource,
  notes: Note[],
): Pick<EventDetails, 'quantity' | 'daysSupply' | 'refills'> | undefined {
  const { resourceType } = resource;
  if (resourceType === 'MedicationDispense') {
    const { quantity, daysSupply } = resource as { quantity?: unknown; daysSupply?: unknown };
    return {
      quantity: quantityOf(quantity, 'MedicationDispense.quantity', notes),
      daysSupply: daysIn(daysSupply, 'MedicationDispense.daysSupply', notes),
    };
  }
  if (resourceType !== 'MedicationRequest') return undefined;
  const path = 'MedicationRequest.dispenseRequest';
  const [request] = elementsOf(resource.dispenseRequest, path, notes);
  if (!request) return undefined;
  return {
    quantity: quantityOf(request.quantity, `${path}.quantity`, notes),
    daysSupply: daysIn(request.expectedSupplyDuration, `${path}.expectedSupplyDuration`, notes),
    refills: refillsIn(request.numberOfRepeatsAllowed, `${path}.numberOfRepeatsAllowed`, notes),
  };
}

/** Whole days of a duration; one without a unit is in days. */
function daysIn(duration: unknown, path: string, notes: Note[]): number | undefined {
  if (duration === undefined || duration === null) return undefined;
  const { value, unit, code } = elementOf(duration);
  if (value === undefined || value === null) return undefined;
  const ofUnit = (code ?? unit ?? undefined) === undefined ? 1 : daysOfUnit({ code, unit });
  const days = typeof value === 'number' && ofUnit !== undefined ? Math.round(value * ofUnit) : NaN;
  if (days > 0 && days <= MOST_DAYS) return days;
  notes.push({
    reason: 'days of supply not read',
    detail: `${path}: ${shown(value)} ${shown(unit ?? code)}`,
  });
  return undefined;
}

/** Ten years: what lasts longer is no supply. */
const MOST_DAYS = 3653;
const MOST_REFILLS = 999;

function refillsIn(value: unknown, path: string, notes: Note[]): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_REFILLS) return Number(value);
  notes.push({ reason: 'number of refills not read', detail: `${path}: ${shown(value)}` });
  return undefined;
}

function shown(value: unknown): string {
  return typeof value === 'object' ? 'an object' : String(value ?? '').slice(0, 50);
}
