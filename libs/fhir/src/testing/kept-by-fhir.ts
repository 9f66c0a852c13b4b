import { type CodedEvent, type Encounter, type PatientRecord, type Quantity, System } from '@ehrsynth/records';
import { UCUM, ucumOf } from '@ehrsynth/units';
import { BLOOD_PRESSURE } from '../validate/us-core-vitals.ts';
import { categoryOf } from '../write/observation-category.ts';

/**
 * What of a record comes back after it was written as FHIR and read: all but what FHIR has no room for, which is named here line by
 * line, and what is written beside it in any case (a category, the panel of a blood pressure, UCUM's code of a unit that is understood).
 */
export function keptByFhir(record: PatientRecord): PatientRecord {
  return { ...record, encounters: record.encounters.map(keptStay), events: record.events.map(kept) };
}

/** A record for comparison: the order of its events, and what dictionaries call a code, do not matter. */
export function comparable(record: PatientRecord): unknown {
  const events = record.events.map((event) => JSON.stringify(keysInOrder(plain(event)))).sort();
  return { ...(plain(record) as object), events };
}

/** Of one day, times of day only where both are known: FHIR cannot tell that a Period of a day and a time is in order. */
function keptStay({ startTime, endTime, ...stay }: Encounter): Encounter {
  const isOneDay = stay.start === stay.end && !startTime !== !endTime;
  return isOneDay ? stay : { ...stay, startTime, endTime };
}

function kept(event: CodedEvent): CodedEvent {
  if (event.kind === 'measurement') return measurement(event);
  // No end of an order, a vaccination or an allergy; of a condition, where it is not said that it is over.
  const hasEnd = event.kind === 'procedure' || (event.kind === 'condition' && event.active === false);
  return {
    ...event,
    ...(hasEnd ? endIn(event) : NO_END),
    verbatimEnd: undefined,
    quantity: simple(event.quantity),
    dose: simple(event.dose),
    // An allergy has a status.
    ...(event.kind === 'allergy' && { active: event.active ?? true }),
  };
}

function measurement(event: CodedEvent): CodedEvent {
  const { quantity: given, answer, text, sourceText } = event;
  const quantity = withNumber(given);
  const { low, high } = event.referenceRange ?? {};
  const words = sourceText ?? text;
  const isAnswer = !quantity && !!answer;
  return {
    ...event,
    ...endIn(event),
    // One value: the number before the answer, the answer with its text, the text.
    quantity,
    answer: isAnswer ? answer : undefined,
    sourceText: isAnswer && words !== answer.display ? words : undefined,
    text: quantity || answer ? undefined : (text ?? sourceText),
    referenceRange: (low ?? high) === undefined ? undefined : { low, high },
    category: event.category ?? categoryOf(event),
    panel: isHalf(event) ? { system: System.loinc, code: BLOOD_PRESSURE.panel } : event.panel,
  };
}

/** A quantity is one by its number; "exactly" is no comparator of FHIR's. */
function withNumber(quantity: Quantity | undefined): Quantity | undefined {
  if (quantity?.value === undefined) return undefined;
  const isExact = quantity.comparator === '=';
  return { ...quantity, ...codeOf(quantity), ...(isExact && { comparator: undefined }) };
}

/** A code is read beside a unit that is another text. */
function codeOf({ unit, system }: Quantity): Partial<Quantity> {
  const code = system === undefined ? ucumOf({ unit }) : undefined;
  return code === undefined || code === unit ? {} : { system: UCUM, code };
}

/** Of drugs and vaccines without any comparator. */
function simple(quantity: Quantity | undefined): Quantity | undefined {
  const number = withNumber(quantity);
  return number?.comparator ? undefined : number;
}

/** Of one day, only two times say that something took a while. */
function endIn({ kind, start, startTime, end, endTime }: CodedEvent): Partial<CodedEvent> {
  const isLonger = start !== end || (startTime && endTime && startTime !== endTime);
  return kind === 'condition' || isLonger ? { end, endTime } : NO_END;
}

const NO_END = { end: undefined, endTime: undefined };

function isHalf({ code: { system, code } }: CodedEvent): boolean {
  return system === System.loinc && (code === BLOOD_PRESSURE.systolic || code === BLOOD_PRESSURE.diastolic);
}

/** Without what is undefined and without displays. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'display' ? undefined : inner)));
}

function keysInOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, keysInOrder(inner)]));
}
