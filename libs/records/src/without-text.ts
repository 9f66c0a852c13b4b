import type { CodedEvent, PatientRecord, Quantity } from './patient-record.ts';

/**
 * The record without values that are text: these may name the patient, and nothing models them. So may the text of a route, and a unit
 * that is longer than units are. The same where it has none.
 */
export function withoutText(record: PatientRecord): PatientRecord {
  if (!record.events.some(hasText)) return record;
  return { ...record, events: record.events.map((event) => (hasText(event) ? stripped(event) : event)) };
}

const LONGEST_UNIT = 20;
const MOST_BLANKS = 2;

function hasText({ text, sourceText, route, quantity }: CodedEvent): boolean {
  return (text ?? sourceText ?? route?.text) !== undefined || (!!quantity && hasLongUnit(quantity));
}

/** A unit that is its own code is no text. */
function hasLongUnit({ unit, system, code }: Quantity): boolean {
  if (unit === undefined || (system !== undefined && unit === code)) return false;
  return unit.length > LONGEST_UNIT || unit.split(' ').length - 1 > MOST_BLANKS;
}

function stripped(event: CodedEvent): CodedEvent {
  const { route, quantity } = event;
  const rest: CodedEvent = { ...event };
  delete rest.text;
  delete rest.sourceText;
  delete rest.route;
  if (route?.code) rest.route = { code: route.code };
  if (!quantity || !hasLongUnit(quantity)) return rest;
  rest.quantity = { ...quantity };
  delete rest.quantity.unit;
  if (Object.keys(rest.quantity).length === 0) delete rest.quantity;
  return rest;
}
