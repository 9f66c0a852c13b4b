import type { CodedEvent, Quantity } from './patient-record.ts';

/**
 * The event with a change made to each of its quantities: what was measured or given, and a dose. One of which nothing is left goes.
 * The event itself where nothing changes.
 */
export function withQuantities(event: CodedEvent, change: (quantity: Quantity) => Quantity | undefined): CodedEvent {
  if (!event.quantity && !event.dose) return event;
  const { quantity, dose, ...rest } = event;
  const left = { quantity: quantity && change(quantity), dose: dose && change(dose) };
  if (left.quantity === quantity && left.dose === dose) return event;
  return { ...rest, ...(left.quantity && { quantity: left.quantity }), ...(left.dose && { dose: left.dose }) };
}

/** The quantity without its unit as written, or without the unit's code, or without both. Undefined where nothing is left. */
export function withoutUnit(quantity: Quantity, without: { unit: boolean; code: boolean }): Quantity | undefined {
  const left = { ...quantity };
  if (without.unit) delete left.unit;
  if (without.code) delete left.code;
  if (left.code === undefined) delete left.system;
  return Object.keys(left).length > 0 ? left : undefined;
}
