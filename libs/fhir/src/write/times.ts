import type { Period } from 'fhir/r4.js';

/** When something happened, as a record says it. */
export interface Span {
  start?: string;
  startTime?: string;
  end?: string;
  endTime?: string;
}

/** A day, or where there is a time of day a dateTime; that is by the clock on the wall, and FHIR wants a zone: it is written as Z. */
export function toDateTime(day: string, time: string | undefined): string {
  return time ? `${day}T${time}:00Z` : day;
}

/** When it began, if that is known. */
export function startOf({ start, startTime }: Span): string | undefined {
  return start && toDateTime(start, startTime);
}

/** When it ended, if that is known, and not before it began (invariant per-1). */
export function endOf(span: Span): string | undefined {
  const { end, endTime } = span;
  return end && !isReversed(span) ? toDateTime(end, endTime) : undefined;
}

/** From start to end; undefined where neither is known. */
export function toPeriod(span: Span): Period | undefined {
  const [start, end] = [startOf(span), endOf(span)];
  return start || end ? { ...(start && { start }), ...(end && { end }) } : undefined;
}

/** The elements of a choice such as performed[x]: a dateTime; a Period where it ended later; a reason where nothing is known. */
export function toOccurrence(name: 'performed' | 'effective', span: Span, unknown: object): object {
  const [start, end] = [startOf(span), endOf(span)];
  if (end && end !== start) return { [`${name}Period`]: toPeriod(span) };
  return start ? { [`${name}DateTime`]: start } : { [`_${name}DateTime`]: unknown };
}

/** Of two on one day only times tell which is earlier. */
function isReversed({ start, startTime, end, endTime }: Span): boolean {
  if (!start || !end) return false;
  if (start !== end) return end < start;
  return !!startTime && !!endTime && endTime < startTime;
}
