import { ageInYears, dayOf, daysBetween } from '@ehrsynth/records';
import { plausibility } from '@ehrsynth/vocab';
import type { Found } from '../read/found.ts';
import type { Resource } from '../read/resources.ts';
import type { Fact } from '../read/facts.ts';
import { nameOf } from '../read/parts.ts';
import { type Context, factsOf, type PatientDates } from './context.ts';
import type { Report } from './finding.ts';

/** A birth date has no time zone, and an instant may be written in one that is a day behind. */
const ZONE_DAYS = 1;
/** A date without its day or month. */
const PARTIAL = /^\d{4}(-\d\d)?$/;
const FIX_DATE = 'Correct whichever of the two dates is wrong.';

/** Dates stand in order, and nothing is impossible for the patient's sex and age. */
export function checkTimes(found: Found, context: Context, report: Report, today: string): void {
  const { resourceType } = found.resource;
  if (resourceType === 'Patient') return checkLife(found.resource, report, today);
  const known = factsOf(found);
  if (!known) return;
  const patient = context.patient(known.patient);
  let checked: { start?: string; end?: string } = {};
  for (const fact of known.facts) {
    if (fact.type === 'patient') continue;
    // The parts of a resource mostly have one date, of which one finding is enough.
    if (fact.start !== checked.start || fact.end !== checked.end) checkOrder(found, fact, patient, report);
    checked = fact;
    if (fact.type === 'event' && patient && fact.start) checkPlausible(fact, patient, report);
  }
}

/** It ends after it begins, and in the patient's lifetime. */
function checkOrder(
  { resource }: Found,
  { start, end }: { start?: string; end?: string },
  patient: PatientDates | undefined,
  report: Report,
): void {
  const isBefore = (day: string, other: string) => isEarlier(resource, day, other);
  const { resourceType } = resource;
  if (start && end && isBefore(end, start)) {
    report('error', 'date', resourceType, `Ends on ${end}, before it begins on ${start}`, FIX_DATE);
  }
  if (!patient || !start) return;
  const { birthDate, deathDate } = patient;
  if (birthDate && daysBetween(start, birthDate) > ZONE_DAYS && isBefore(start, birthDate)) {
    // Before birth there are observations of the unborn; no rule of R4 forbids it.
    const message = `On ${start}, before the patient's birth on ${birthDate}`;
    report('warning', 'date', resourceType, message, FIX_DATE);
  }
  if (deathDate && start > deathDate) {
    const message = `On ${start}, after the patient's death on ${deathDate}`;
    report('warning', 'date', resourceType, message, FIX_DATE);
  }
}

/** None of the codings is impossible for the patient's sex and age. */
function checkPlausible(fact: Fact & { type: 'event' }, { sex, birthDate }: PatientDates, report: Report): void {
  const age = birthDate && fact.start ? ageInYears(birthDate, fact.start) : undefined;
  for (const { system, code } of fact.codings) {
    for (const { message } of plausibility(system, code, { sex, age })) {
      const remedy = "Correct the code, or the patient's sex or birth date.";
      report('error', 'plausibility', `${nameOf(fact)}.code`, message, remedy);
    }
  }
}

/** Whether a day of the resource is before another, where the resource may have given the month or the year alone. */
function isEarlier(resource: Resource, day: string, other: string): boolean {
  if (day >= other) return false;
  const texts = Object.values(resource).flatMap((value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [value],
  );
  const partial = texts.filter(
    (text): text is string => typeof text === 'string' && PARTIAL.test(text) && dayOf(text) === day,
  );
  return partial.every((text) => isLess(text, other));
}

/** Compares two dates as far as both are given: 2010 is not before 2010-05. */
function isLess(date: string, other: string): boolean {
  const length = Math.min(date.length, other.length, 10);
  return date.slice(0, length) < other.slice(0, length);
}

function checkLife({ birthDate, deceasedDateTime }: Resource, report: Report, today: string): void {
  const isDate = typeof birthDate === 'string';
  if (isDate && birthDate > today) {
    report(
      'warning',
      'date',
      'Patient.birthDate',
      `In the future: ${birthDate}`,
      'Correct the date, unless it was shifted on purpose.',
    );
  }
  if (isDate && typeof deceasedDateTime === 'string' && isLess(deceasedDateTime, birthDate)) {
    const message = `Death on ${deceasedDateTime.slice(0, 10)} before birth on ${birthDate}`;
    report('error', 'date', 'Patient.deceasedDateTime', message, FIX_DATE);
  }
}
