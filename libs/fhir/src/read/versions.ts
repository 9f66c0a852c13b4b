import type { Found } from './resources.ts';

/**
 * Which version of a resource something is: where it stands in the source (later files, lines and entries have more, but
 * earlier entries of a history); when it was last updated, in milliseconds since 1970; its number, where the server counts them.
 */
export type Version = [order: number, at?: number | null, number?: number | null];

/** When and which: meta of the resource, or else what the server answered, or the version in its address. */
export function versionOf(found: Found, order: number): Version {
  const { resource, response, request, fullUrl } = found;
  const meta = resource.meta as { lastUpdated?: unknown; versionId?: unknown } | null | undefined;
  const at = timeOf(meta?.lastUpdated) ?? timeOf(response?.lastModified);
  const number =
    numberOf(meta?.versionId) ?? numberOf(/"(\d+)"/.exec(String(response?.etag ?? ''))?.[1]) ??
    (request || fullUrl ? numberIn(request?.url) ?? numberIn(fullUrl) : undefined); // prettier-ignore
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

/** Above 0 where the first says that it is newer, 0 where the versions do not say. */
export function compareDated([, at, number]: Version, [, otherAt, otherNumber]: Version): number {
  if (at != null && otherAt != null && at !== otherAt) return at - otherAt;
  return number != null && otherNumber != null ? number - otherNumber : 0;
}

/** Whether it says itself which it is. */
export function isDated([, at, number]: Version): boolean {
  return at != null || number != null;
}

function timeOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function numberIn(url: unknown): number | undefined {
  return typeof url === 'string' ? numberOf(/\/_history\/(\d+)$/.exec(url)?.[1]) : undefined;
}

function numberOf(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
