import type { Found } from './found.ts';

/**
 * Which version of a resource something is: where it stands in the source (later files, lines and entries have more, but
 * earlier entries of a history); when it was last updated, in milliseconds since 1970; its number, where the server counts them.
 */
export type Version = [order: number, at?: number | null, number?: number | null];

interface Meta {
  lastUpdated?: unknown;
  versionId?: unknown;
  tag?: unknown;
}

/** Below the place of every full copy. */
const LAST_OF_COPIES = 2 ** 52;

/** When and which: meta of the resource, or else what the server answered, or the version in its address. */
export function versionOf(found: Found, order: number): Version {
  const { resource, response, request, fullUrl } = found;
  const meta = resource.meta as Meta | null | undefined;
  const at = timeOf(meta?.lastUpdated) ?? timeOf(response?.lastModified);
  if (isSubset(meta)) order -= LAST_OF_COPIES;
  const number =
    numberOf(meta?.versionId) ??
    numberOf(/"(\d+)"/.exec(String(response?.etag ?? ''))?.[1]) ??
    (request || fullUrl ? (numberIn(request?.url) ?? numberIn(fullUrl)) : undefined);
  if (number !== undefined) return [order, at ?? null, number];
  return at === undefined ? [order] : [order, at];
}

/** The order of versions that say nothing of it themselves: that of the source, in a history from its end. */
export class SourceOrder {
  private last = 0;
  private history: Found['addresses'];

  next({ addresses, index = 0 }: Found): number {
    if (addresses?.type !== 'history') return ++this.last;
    if (addresses !== this.history) this.last += MOST_ENTRIES;
    this.history = addresses;
    return this.last - index;
  }
}

/** Of a history. */
const MOST_ENTRIES = 2 ** 24;

/** Whether the first is the newer one: by date, then by number, then by place. */
export function isNewer(a: Version, b: Version): boolean {
  const difference = compareDated(a, b);
  return difference > 0 || (difference === 0 && a[0] > b[0]);
}

/**
 * Which of several versions of a resource is the newest, whatever the order that they are given in. Where all that say anything
 * have a date it is by date, where all have a number by number, and else one with a date is newer than one without.
 */
export function newestIn(versions: Version[]): number {
  const dated = versions.filter(isDated);
  const byNumber = dated.some(([, at]) => at == null) && dated.every(([, , number]) => number != null);
  const rank = ([order, at, number]: Version) => {
    const marks = [at ?? -Infinity, number ?? -Infinity];
    return [...(byNumber ? marks.reverse() : marks), order];
  };
  let best = 0;
  for (let i = 1; i < versions.length; i++) if (isAbove(rank(versions[i]), rank(versions[best]))) best = i;
  return best;
}

function isAbove(a: number[], b: number[]): boolean {
  const i = a.findIndex((value, place) => value !== b[place]);
  return i >= 0 && a[i] > b[i];
}

/** Above 0 where the first says that it is newer, 0 where the versions do not say. */
export function compareDated([, at, number]: Version, [, otherAt, otherNumber]: Version): number {
  if (at != null && otherAt != null && at !== otherAt) return at - otherAt;
  return number != null && otherNumber != null ? number - otherNumber : 0;
}

/** Whether it says itself which it is. */
export function isDated([, at, number]: Version): boolean {
  return at != null || number != null;
}

/** Without a zone it is UTC, whatever the zone of the machine. */
export function timeOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const time = Date.parse(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\dT[\d:.]+$/;

/** The server left elements out (_summary, _elements). @see R4, search.html#elements */
function isSubset(meta: Meta | null | undefined): boolean {
  const tags = meta?.tag;
  return Array.isArray(tags) && tags.some((tag: { code?: unknown } | null) => tag?.code === 'SUBSETTED');
}

function numberIn(url: unknown): number | undefined {
  return typeof url === 'string' ? numberOf(/\/_history\/(\d+)$/.exec(url)?.[1]) : undefined;
}

function numberOf(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
