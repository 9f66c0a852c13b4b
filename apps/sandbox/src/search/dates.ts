/** Milliseconds since 1970: from `low` on, and before `high`. */
export interface Range {
  low: number;
  high: number;
}

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * The time that a date, dateTime or instant stands for, by its precision: a year is all of its days. Without an offset it is
 * taken as UTC. Undefined where it is none.
 * @see https://hl7.org/fhir/R4/search.html#date
 */
export function rangeOf(text: string): Range | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second, fraction] = match.slice(1, 8);
  const [y, m, d, h, min, s] = [year, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0].map(Number);
  if (m < 1 || m > 12 || d < 1 || d > daysOf(y, m) || h > 23 || min > 59 || s > 60) return undefined;
  const at = (...given: [number, number, number, number, number, number]) => {
    const date = new Date(0);
    date.setUTCFullYear(given[0], given[1] - 1, given[2]);
    date.setUTCHours(given[3], given[4], given[5]);
    return date.getTime();
  };
  const start = at(y, m, d, h, min, s);
  if (month === undefined) return { low: start, high: at(y + 1, 1, 1, 0, 0, 0) };
  if (day === undefined) return { low: start, high: at(y, m + 1, 1, 0, 0, 0) };
  if (hour === undefined) return { low: start, high: start + 86_400_000 };
  const low = start + Number(`0.${fraction ?? 0}`) * 1000 - offset(match[8]);
  if (second === undefined) return { low, high: low + 60_000 };
  return { low, high: low + (fraction === undefined ? 1000 : 1000 / 10 ** fraction.length) };
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

/** +01:00 → milliseconds */
function offset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

interface Period {
  start?: string;
  end?: string;
}

/** The range of a date, Period or Timing, whose limits may be open; undefined where it has no date. */
export function rangeOfNode(node: unknown): Range | undefined {
  if (typeof node === 'string') return rangeOf(node);
  const { start, end, event, repeat } = Object(node) as Period & {
    event?: string[];
    repeat?: { boundsPeriod?: Period };
  };
  if (start !== undefined || end !== undefined) {
    return {
      low: (start === undefined ? undefined : rangeOf(start)?.low) ?? -Infinity,
      high: (end === undefined ? undefined : rangeOf(end)?.high) ?? Infinity,
    };
  }
  const events = (event ?? []).map(rangeOf).filter((range) => range !== undefined);
  if (events.length > 0)
    return { low: Math.min(...events.map(({ low }) => low)), high: Math.max(...events.map(({ high }) => high)) };
  return repeat?.boundsPeriod && rangeOfNode(repeat.boundsPeriod);
}
