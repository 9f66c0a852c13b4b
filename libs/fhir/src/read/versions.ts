import type { Found } from './resources.ts';

/** Which version of a resource something is. */
export interface Version {
  /** When it was last updated, in milliseconds since 1970. */
  at?: number;
  /** Its number, where the server counts them. */
  number?: number;
  /** Where it stands in the source: later files, lines and entries have more, but earlier entries of a history. */
  order: number;
}

/** Entries of a Bundle whose order can be told apart. */
const MOST_ENTRIES = 2 ** 22;

/** When and which: meta of the resource, or else what the server answered, or the version in its address. */
export function versionOf(found: Found, order: number): Version {
  const { resource, response, request, fullUrl } = found;
  const meta = resource.meta as { lastUpdated?: unknown; versionId?: unknown } | null | undefined;
  const at = timeOf(meta?.lastUpdated) ?? timeOf(response?.lastModified);
  const number =
    numberOf(meta?.versionId) ?? numberOf(/"(\d+)"/.exec(String(response?.etag ?? ''))?.[1]) ??
    (request || fullUrl ? numberIn(request?.url) ?? numberIn(fullUrl) : undefined); // prettier-ignore
  return { at, number, order };
}

/** The order of versions that say nothing of it themselves: that of the source, in a history from its end. */
export class SourceOrder {
  private document = 0;
  private last: Found['addresses'];

  next({ addresses, index = 0 }: Found): number {
    if (addresses === undefined || addresses !== this.last) this.document++;
    this.last = addresses;
    const part = index / MOST_ENTRIES;
    return this.document + (addresses?.type === 'history' ? 1 - part - 1 / MOST_ENTRIES : part);
  }
}

/** Whether the first is the newer one: by date, then by number, then by place. */
export function isNewer(a: Version, b: Version): boolean {
  return compareDated(a, b) > 0 || (compareDated(a, b) === 0 && a.order > b.order);
}

/** Above 0 where the first says that it is newer, 0 where the versions do not say. */
export function compareDated(a: Version, b: Version): number {
  if (a.at !== undefined && b.at !== undefined && a.at !== b.at) return a.at - b.at;
  if (a.number !== undefined && b.number !== undefined) return a.number - b.number;
  return 0;
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
