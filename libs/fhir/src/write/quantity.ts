import type { Quantity as Measured } from '@ehrsynth/records';
import type { Quantity } from 'fhir/r4.js';
import { codedUnit } from './units.ts';

/**
 * A record's quantity as FHIR's; undefined without a number. FHIR says "exactly" by no comparator.
 * @param vital UCUM's codes of which the profile of a vital sign wants one
 */
export function toQuantity({ value, comparator, ...unit }: Measured, vital?: readonly string[]): Quantity | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return { value, ...(comparator && comparator !== '=' && { comparator }), ...codedUnit(unit, vital) };
}

/** A quantity where FHIR wants a SimpleQuantity, which has no comparator: undefined where ours has one. */
export function toSimpleQuantity(quantity: Measured): Quantity | undefined {
  const written = toQuantity(quantity);
  return written?.comparator ? undefined : written;
}
