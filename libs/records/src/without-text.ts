import type { Code, CodedEvent, PatientRecord, Quantity } from './patient-record.ts';
import { withoutUnit, withQuantities } from './quantities.ts';
import { UCUM } from './systems.ts';

/**
 * The record without values that are text: these may name the patient, and nothing models them. So may what a source writes beside the
 * code of an answer, a panel or a route; the text of a route; and a unit, an interpretation or a category that is longer than these are,
 * or is made of words. The same where it has none.
 */
export function withoutText(record: PatientRecord): PatientRecord {
  let has = false;
  const events = record.events.map((event) => {
    const left = withQuantities(hasText(event) ? stripped(event) : event, withShortUnit);
    has ||= left !== event;
    return left;
  });
  return has ? { ...record, events } : record;
}

const LONGEST_UNIT = 20;
const MOST_BLANKS = 2;
/** Longer than any code of UCUM that is in use. */
const LONGEST_UNIT_CODE = 50;
const CODE = /^\S{1,20}$/;
const UNIT_CODE = new RegExp(String.raw`^\S{1,${LONGEST_UNIT_CODE}}$`);

function hasText(event: CodedEvent): boolean {
  const { text, sourceText, route, answer, panel, interpretation, category } = event;
  return (
    (text ?? sourceText ?? route?.text ?? answer?.display ?? panel?.display ?? route?.code?.display) !== undefined ||
    isNoCode(interpretation) ||
    isNoCode(category)
  );
}

function isNoCode(word: string | undefined): boolean {
  return word !== undefined && !CODE.test(word);
}

/** Codes of other systems than UCUM are short. */
function hasTextAsCode({ system, code }: Quantity): boolean {
  return code !== undefined && !(system === UCUM ? UNIT_CODE : CODE).test(code);
}

/** A unit that is its own code in UCUM is no text. */
function isLong({ unit, system, code }: Quantity): boolean {
  if (unit === undefined || (system === UCUM && unit === code && UNIT_CODE.test(unit))) return false;
  return unit.length > LONGEST_UNIT || unit.split(/\s/).length - 1 > MOST_BLANKS;
}

function stripped(event: CodedEvent): CodedEvent {
  const { answer, panel, route, ...rest } = event;
  const { interpretation, category } = event;
  delete rest.text;
  delete rest.sourceText;
  if (isNoCode(interpretation)) delete rest.interpretation;
  if (isNoCode(category)) delete rest.category;
  return {
    ...rest,
    ...(panel && { panel: bare(panel) }),
    ...(answer && { answer: bare(answer) }),
    ...(route?.code && { route: { code: bare(route.code) } }),
  };
}

function bare({ system, code }: Code): Code {
  return { system, code };
}

function withShortUnit(quantity: Quantity): Quantity | undefined {
  const without = { unit: isLong(quantity), code: hasTextAsCode(quantity) };
  return without.unit || without.code ? withoutUnit(quantity, without) : quantity;
}
