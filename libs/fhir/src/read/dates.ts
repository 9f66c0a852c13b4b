import { dayOf, isCalendarDate } from '@ehrsynth/records';
import type { Resource } from './resources.ts';

/** When it began and ended, from whichever of R4's elements the resource has. */
export function periodOf(resource: Resource): { start?: string; end?: string } {
  const span =
    resource.onsetPeriod ?? resource.performedPeriod ?? resource.effectivePeriod ?? resource.abatementPeriod;
  const start =
    resource.onsetDateTime ??
    resource.performedDateTime ??
    resource.effectiveDateTime ??
    resource.effectiveInstant ??
    resource.authoredOn ??
    resource.whenHandedOver ??
    resource.whenPrepared ??
    span?.start ??
    resource.recordedDate ??
    resource.dateAsserted;
  return { start: dateOf(start), end: dateOf(resource.abatementDateTime ?? span?.end) };
}

/** The day, or undefined where the text is no date that the calendar has. */
export function dateOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || !/^\d{4}(-\d\d(-\d\d(T.*)?)?)?$/.test(text)) return undefined;
  const day = dayOf(text);
  return isCalendarDate(day) ? day : undefined;
}
