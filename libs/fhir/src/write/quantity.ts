import type { Quantity as Measured } from '@ehrsynth/records';
import type { Quantity } from 'fhir/r4.js';

/** A record's quantity as FHIR's; undefined without a number. FHIR says "exactly" by no comparator. */
export function toQuantity({ comparator, ...quantity }: Measured): Quantity | undefined {
  if (quantity.value === undefined) return undefined;
  return { ...quantity, ...(comparator && comparator !== '=' && { comparator }) };
}

/** A quantity where FHIR wants a SimpleQuantity, which has no comparator: undefined where ours has one. */
export function toSimpleQuantity(quantity: Measured): Quantity | undefined {
  const written = toQuantity(quantity);
  return written?.comparator ? undefined : written;
}
