import { ageInYears, dayOf, daysBetween } from '@ehrsynth/records';
import { plausibility } from '@ehrsynth/vocab';
import type { Found, Resource } from '../read/resources.ts';
import { type Context, factOf } from './context.ts';
import type { Report } from './finding.ts';

/** A birth date has no time zone, and an instant may be written in one that is a day behind. */
const ZONE_DAYS = 1;
/** A date without its day or month. */
const PARTIAL = /^\d{4}(-\d\d)?$/;
const MEND_DATE = 'Mend whichever of the two dates is wrong.';

/** Dates stand in order, and nothing is impossible for the patient's sex and age. */
export function checkTimes(found: Found, context: Context, report: Report, today: string): void {
  const { resourceType } = found.resource;
  if (resourceType === 'Patient') return checkLife(found.resource, report, today);
  const known = factOf(found);
  if (!known || known.fact.type === 'patient') return;
  const { fact } = known;
  const patient = context.patient(known.patient);
  const isBefore = (day: string, other: string) => isEarlier(found.resource, day, other);
  if (fact.start && fact.end && isBefore(fact.end, fact.start)) {
    const message = `Ends on ${fact.end}, before it begins on ${fact.start}`;
    report('error', 'date', resourceType, message, MEND_DATE);
  }
  if (!patient || !fact.start) return;
  const { birthDate } = patient;
  if (birthDate && daysBetween(fact.start, birthDate) > ZONE_DAYS && isBefore(fact.start, birthDate)) {
    // Before birth there are observations of the unborn; no rule of R4 forbids it.
    const message = `On ${fact.start}, before the patient's birth on ${patient.birthDate}`;
    report('warning', 'date', resourceType, message, MEND_DATE);
  }
  if (patient.deathDate && fact.start > patient.deathDate) {
    const message = `On ${fact.start}, after the patient's death on ${patient.deathDate}`;
    report('warning', 'date', resourceType, message, MEND_DATE);
  }
  if (fact.type !== 'event') return;
  const age = patient.birthDate ? ageInYears(patient.birthDate, fact.start) : undefined;
  for (const { system, code } of fact.codings) {
    for (const { message } of plausibility(system, code, { sex: patient.sex, age })) {
      const mend = "Mend the code, or the patient's sex or birth date.";
      report('error', 'plausibility', `${resourceType}.code`, message, mend);
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
      'Mend the date, if it was not shifted on purpose.',
    );
  }
  if (isDate && typeof deceasedDateTime === 'string' && isLess(deceasedDateTime, birthDate)) {
    const message = `Death on ${deceasedDateTime.slice(0, 10)} before birth on ${birthDate}`;
    report('error', 'date', 'Patient.deceasedDateTime', message, MEND_DATE);
  }
}
