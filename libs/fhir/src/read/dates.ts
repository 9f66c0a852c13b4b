import { dayOf, isCalendarDate, sampleOf } from '@ehrsynth/records';
import { type Age, ageOf } from './ages.ts';
import type { Note } from './note.ts';
import { onClockOf } from './one-clock.ts';
import type { Resource } from './resources.ts';

/** When something began and ended, as far as the resource alone says it. */
export interface Dates {
  start?: string;
  end?: string;
  /** HH:MM by the clock on the wall, where it is given to the minute. */
  startTime?: string;
  endTime?: string;
  /** Digits of a date that was given as a year (4) or a month (7) alone. */
  startDigits?: number;
  endDigits?: number;
  /** Where age is given in place of a date; the birth date makes a day of it. */
  startAge?: Age;
  endAge?: Age;
  /** When it was written down, which stands in for a start that cannot be. */
  recorded?: string;
  recordedTime?: string;
}

/**
 * When it began and ended, from whichever of R4's elements the resource has; what is no date is noted. A period of onset or
 * abatement is an imprecise date in R4, not a duration: its first and last day are read.
 */
export function datesOf(resource: Resource, notes: Note[]): Dates {
  const { resourceType } = resource;
  if (resourceType === 'Encounter') return periodDates(resource.period, 'Encounter.period', notes);
  const form = CHOICE[resourceType];
  let dates: Dates = form ? choiceDates(resource, form, notes) : {};
  if (resourceType === 'Condition')
    dates = conditionDates(dates, choiceDates(withOneClock(resource), ABATEMENT, notes));
  if (resourceType === 'AllergyIntolerance') dates = conditionDates(dates, {});
  for (const element of RECORDED[resourceType] ?? []) {
    const value = element === ASSERTED ? assertedDate(resource) : (resource[element] as unknown);
    if (value === undefined || value === null) continue;
    const { start, startTime, startDigits } = startDates(value, `${resourceType}.${element}`, notes);
    if (start === undefined || start === dates.start) continue;
    if (dates.start === undefined) {
      Object.assign(dates, {
        start,
        ...(startTime && { startTime }),
        ...digits('startDigits', startDigits),
      });
    } else if (dates.recorded === undefined) {
      dates.recorded = start;
      if (startTime) dates.recordedTime = startTime;
    }
  }
  return dates;
}

/** The day, or undefined where the text is no date that the calendar has. */
export function dateOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || !DATE.test(text)) return undefined;
  const day = dayOf(text);
  return isCalendarDate(day) ? day : undefined;
}

/**
 * The day of a date, dateTime or instant as it is written, and the time of day to the minute, whatever its time zone; a time without
 * its seconds is read, and one of an hour alone is none. With the digits that it is given to, where they are less than a day's. What is no date is noted.
 */
export function readDate(
  value: unknown,
  path: string,
  notes: Note[],
): { day?: string; time?: string; length?: number } {
  if (value === undefined || value === null) return {};
  const day = dateOf(value);
  if (day === undefined) {
    notes.push({ reason: DATE_NOT_READ, detail: `${path}: ${shown(value)}` });
    return {};
  }
  const text = value as string;
  if (text.length < 10) return { day, length: text.length };
  const time = timeOf(text);
  return time === undefined ? { day } : { day, time };
}

/** R4 has no 24:00, which would be a time of the next day. */
function timeOf(text: string): string | undefined {
  return text[13] === ':' && !text.startsWith('24', 11) ? text.slice(11, 16) : undefined;
}

/** What a date that is none is counted under. */
const DATE_NOT_READ = 'date not read';

/** R4's choice elements that say when it was: onsetDateTime, onsetAge, …. */
const CHOICE: Partial<Record<string, Forms>> = {
  Condition: formsOf('onset'),
  Procedure: formsOf('performed'),
  Observation: formsOf('effective'),
  MedicationAdministration: formsOf('effective'),
  MedicationStatement: formsOf('effective'),
  Immunization: formsOf('occurrence'),
  AllergyIntolerance: formsOf('onset'),
};
const ABATEMENT = formsOf('abatement');

/** The names of a choice element in its forms. */
type Forms = ReturnType<typeof formsOf>;
function formsOf(name: string) {
  return {
    dateTime: `${name}DateTime`,
    instant: `${name}Instant`,
    period: `${name}Period`,
    age: `${name}Age`,
    range: `${name}Range`,
    timing: `${name}Timing`,
    text: `${name}String`,
  };
}

/** An extension of Condition that US Core has: when somebody first said so. */
const ASSERTED = 'extension(condition-assertedDate)';

/** Elements that stand in for it, the first first. */
const RECORDED: Partial<Record<string, string[]>> = {
  Condition: [ASSERTED, 'recordedDate'],
  Observation: ['issued'],
  MedicationStatement: ['dateAsserted'],
  MedicationRequest: ['authoredOn'],
  MedicationDispense: ['whenHandedOver', 'whenPrepared'],
  Immunization: ['recorded'],
  AllergyIntolerance: ['recordedDate'],
};
function assertedDate({ extension }: Resource): unknown {
  if (!Array.isArray(extension)) return undefined;
  const all = extension as (Partial<Record<string, unknown>> | null)[];
  return all.find((one) => typeof one?.url === 'string' && one.url.endsWith('/condition-assertedDate'))?.valueDateTime;
}

/** A FHIR date or dateTime; its seconds, and the colon of its zone, may be missing. */
const DATE =
  /^\d{4}(-\d\d(-\d\d(T([01]\d|2[0-3]|24(?=:00))(:[0-5]\d(:([0-5]\d|60)([.,]\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/;

/** From the first day of the onset to the last of the abatement. */
function conditionDates(onset: Dates, abatement: Dates): Dates {
  const [from, fromTime, fromDigits] =
    onset.start === undefined
      ? [onset.end, onset.endTime, onset.endDigits]
      : [onset.start, onset.startTime, onset.startDigits];
  const [to, toTime, toDigits] =
    abatement.end === undefined
      ? [abatement.start, abatement.startTime, abatement.startDigits]
      : [abatement.end, abatement.endTime, abatement.endDigits];
  return {
    start: from,
    end: to,
    ...(fromTime && { startTime: fromTime }),
    ...(toTime && { endTime: toTime }),
    startAge: onset.startAge,
    endAge: abatement.startAge,
    ...digits('startDigits', fromDigits),
    ...digits('endDigits', toDigits),
  };
}

function choiceDates(resource: Resource, forms: Forms, notes: Note[]): Dates {
  const at = (name: string) => `${resource.resourceType}.${name}`;
  const name = resource[forms.dateTime] == null ? forms.instant : forms.dateTime;
  if (resource[name] != null) return startDates(resource[name], at(name), notes);
  const period = resource[forms.period] as Resource | undefined | null;
  if (period) return periodDates(period, at(forms.period), notes);
  const age = resource[forms.age] as Resource | undefined | null;
  if (age) return startingAt(age, at(forms.age), notes);
  const range = resource[forms.range] as Resource | undefined | null;
  if (range) return startingAt((range.low ?? range.high ?? {}) as Resource, at(forms.range), notes);
  const timing = resource[forms.timing] as Resource | undefined | null;
  if (timing) return timingDates(timing, at(forms.timing), notes);
  const text: unknown = resource[forms.text];
  return text === undefined || text === null ? {} : startDates(text, at(forms.text), notes);
}

function startDates(value: unknown, path: string, notes: Note[]): Dates {
  const { day, time, length } = readDate(value, path, notes);
  if (day === undefined) return {};
  if (time !== undefined) return { start: day, startTime: time };
  return { start: day, ...digits('startDigits', length) };
}

function periodDates(period: Partial<Resource> | undefined | null, path: string, notes: Note[]): Dates {
  if (!period) return {};
  const dates = startDates(period.start, `${path}.start`, notes);
  const { day, time, length } = readDate(onClockOf(period.start, period.end), `${path}.end`, notes);
  if (day === undefined) return dates;
  return { ...dates, end: day, ...(time && { endTime: time }), ...digits('endDigits', length) };
}

function startingAt(quantity: Partial<Resource>, path: string, notes: Note[]): Dates {
  const startAge = ageOf(quantity);
  if (startAge) return { startAge };
  const { value, unit, code } = quantity;
  notes.push({ reason: DATE_NOT_READ, detail: `${path}: ${[value, unit ?? code].map(shown).join(' ')}` });
  return {};
}

/** The first of the times that are given; a rule without any begins with its bounds. */
function timingDates({ event, repeat }: Partial<Resource>, path: string, notes: Note[]): Dates {
  const events = (event ?? []) as unknown[];
  if (events.length > 0) return startDates(events[0], `${path}.event[0]`, notes);
  return periodDates(repeat?.boundsPeriod, `${path}.repeat.boundsPeriod`, notes);
}

function digits(name: 'startDigits' | 'endDigits', length: number | undefined): Dates {
  return length === undefined ? {} : { [name]: length };
}

/** A condition whose abatement is on the clock of its onset. */
function withOneClock(resource: Resource): Resource {
  const { onsetDateTime, abatementDateTime } = resource as Partial<Record<string, unknown>>;
  const end = onClockOf(onsetDateTime, abatementDateTime);
  return end === abatementDateTime ? resource : { ...resource, abatementDateTime: end };
}

/** A mutated source may have anything here, as deep as it likes. */
function shown(value: unknown): string {
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return sampleOf(String(value));
}
