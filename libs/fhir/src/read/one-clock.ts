/**
 * An end by the clock of its start, where both have offsets by which their clocks are not those of one place (10:15+02:00 to 09:15Z is
 * 10:15 to 11:15): more than an hour apart, which is no summer time, or clocks and instants that do not come in one order. Else the end as
 * it is, whatever it is.
 */
export function onClockOf(start: unknown, end: unknown): unknown {
  const [from, to] = [offsetIn(start), offsetIn(end)];
  if (from === undefined || to === undefined || from === to) return end;
  const [began, ended] = [wallOf(start as string), wallOf(end as string)];
  if (!Number.isFinite(began) || !Number.isFinite(ended)) return end;
  const onClock = ended + (from - to) * MINUTE;
  const isOneOrder = ended < began === onClock < began;
  if (isOneOrder && Math.abs(from - to) <= SUMMER_TIME) return end;
  const text = new Date(onClock).toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, 19) : end;
}

const MINUTE = 60_000;
/** Minutes between a place's clocks in winter and summer. */
const SUMMER_TIME = 60;
const OFFSET = /T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(Z|([+-])(\d\d):?(\d\d))$/;

/** Minutes east of Greenwich; undefined where there is no time with an offset. */
function offsetIn(text: unknown): number | undefined {
  const [, zone, sign, hours, minutes] = (typeof text === 'string' && OFFSET.exec(text)) || [];
  if (zone === undefined) return undefined;
  return sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

/** What the clock shows, in milliseconds as if it stood in Greenwich. */
function wallOf(text: string): number {
  const seconds = /T\d\d:\d\d:[0-5]\d/.test(text) ? text.slice(16, 19) : ':00';
  return Date.parse(`${text.slice(0, 16)}${seconds}Z`);
}
