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

/**
 * From start to end; undefined where neither is known. Where both are of one day, of which one has a time and the other none, both are
 * days: FHIR cannot tell that such a Period is in order (invariant per-1).
 */
export function toPeriod(span: Span): Period | undefined {
  const isOneDay = span.start === span.end && !span.startTime !== !span.endTime;
  const times = isOneDay ? { ...span, startTime: undefined, endTime: undefined } : span;
  const [start, end] = [startOf(times), endOf(times)];
  return start || end ? { ...(start && { start }), ...(end && { end }) } : undefined;
}

/** The element of a choice such as performed[x]: a dateTime, or a Period where it ended later; undefined where neither is known. */
export function toOccurrence(name: 'performed' | 'effective', span: Span): object | undefined {
  const start = startOf(span);
  const end = endOf(span);
  // Of one day, only two times say that it took a while.
  const isLonger = end && (span.start !== span.end || (span.startTime && span.endTime && end !== start));
  if (isLonger) return { [`${name}Period`]: toPeriod(span) };
  return start ? { [`${name}DateTime`]: start } : undefined;
}

/** Of two on one day only times tell which is earlier. */
function isReversed({ start, startTime, end, endTime }: Span): boolean {
  if (!start || !end) return false;
  if (start !== end) return end < start;
  return !!startTime && !!endTime && endTime < startTime;
}
