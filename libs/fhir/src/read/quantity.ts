import type { Note } from './facts.ts';

export interface Quantity {
  value: number;
  unit?: string;
}

/** An R4 Quantity as far as a record holds it: without its comparator, which is noted. */
export function quantityOf(
  quantity: { value?: unknown; unit?: string; code?: string; comparator?: string } | null | undefined,
  path: string,
  notes: Note[],
): Quantity | undefined {
  if (typeof quantity?.value !== 'number') return undefined;
  const { value, comparator } = quantity;
  const unit = quantity.unit || quantity.code;
  if (comparator) {
    notes.push({
      reason: 'comparator of a value lost, the value kept',
      detail: `${path}: ${comparator} ${value}`,
    });
  }
  return unit ? { value, unit } : { value };
}
