import {
  type CodedEvent,
  type Encounter,
  type PatientRecord,
  type Quantity,
  System,
} from '@ehrsynth/records';
import { BLOOD_PRESSURE } from '../validate/us-core-vitals.ts';
import { categoryOf } from '../write/observation-category.ts';

/**
 * What of a record comes back after it was written as FHIR and read: all but what FHIR has no room for, which is named here line by line.
 * The order of the events and what dictionaries call a code are not compared.
 */
export function keptByFhir(record: PatientRecord): unknown {
  const events = record.events.map((event) => keysInOrder(plain(kept(event))));
  const encounters = record.encounters.map(keptStay);
  return {
    ...(plain({ ...record, encounters }) as object),
    events: events.map((event) => JSON.stringify(event)).sort(),
  };
}

/** Of one day, times of day only where both are known: FHIR cannot tell that a Period of a day and a time is in order. */
function keptStay({ startTime, endTime, ...stay }: Encounter): Encounter {
  const isOneDay = stay.start === stay.end && !startTime !== !endTime;
  return isOneDay ? stay : { ...stay, startTime, endTime };
}

function kept({ verbatimEnd: _, ...event }: CodedEvent): CodedEvent {
  if (event.kind === 'measurement') return measurement(event);
  // No end of an order, a vaccination or an allergy; of a condition, where it is not said that it is over.
  const hasEnd = event.kind === 'procedure' || (event.kind === 'condition' && event.active === false);
  const { end: _end, endTime: _endTime, quantity, dose, ...rest } = event;
  return {
    ...rest,
    ...(hasEnd && endIn(event)),
    quantity: simple(quantity),
    dose: simple(dose),
    // An allergy has a status.
    ...(event.kind === 'allergy' && { active: event.active ?? true }),
  };
}

function measurement(event: CodedEvent): CodedEvent {
  const {
    end: _end,
    endTime: _endTime,
    quantity,
    answer,
    text,
    sourceText,
    referenceRange,
    panel,
    ...rest
  } = event;
  const number = withNumber(quantity);
  const { low, high } = referenceRange ?? {};
  const words = sourceText ?? text;
  return {
    ...rest,
    ...endIn(event),
    // One value: the number before the answer, the answer with its text, the text.
    ...(number && { quantity: number }),
    ...(!number && answer && { answer, sourceText: words === answer.display ? undefined : words }),
    ...(!number && !answer && { text: text ?? sourceText }),
    ...((low ?? high) !== undefined && { referenceRange: { low, high } }),
    category: event.category ?? categoryOf(event),
    panel: isHalf(event) ? { system: System.loinc, code: BLOOD_PRESSURE.panel } : panel,
  };
}

/** A quantity is one by its number; "exactly" is no comparator of FHIR's. */
function withNumber(quantity: Quantity | undefined): Quantity | undefined {
  if (quantity?.value === undefined) return undefined;
  return quantity.comparator === '=' ? { ...quantity, comparator: undefined } : quantity;
}

/** Of drugs and vaccines without any comparator. */
function simple(quantity: Quantity | undefined): Quantity | undefined {
  const number = withNumber(quantity);
  return number?.comparator ? undefined : number;
}

/** What ends when it begins, or on the day of that time, is written without its end. */
function endIn({ kind, start, startTime, end, endTime }: CodedEvent): Partial<CodedEvent> {
  if (kind === 'condition' || start !== end) return { end, endTime };
  if (!endTime || endTime === startTime) return {};
  return startTime ? { end, endTime } : { end };
}

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
