import type { OperationOutcome } from 'fhir/r4.js';
import { z } from 'zod';
import { isResource } from '../read/resources.ts';
import { NoPageError, ServerError } from './errors.ts';
import type { Answer, FhirServer } from './fhir-server.ts';
import type { Purpose } from './follow.ts';
import { outsideAddress } from './origins.ts';
import { issuesOfLoss, outcomeIn, textsOf } from './outcome-text.ts';

/** A page of a search, or the one resource that was asked for. */
export interface SearchPage {
  entries: Entry[];
  outcomes: OperationOutcome[];
  /** Matches that came without their resource. */
  withoutResource: number;
  /** Matches in all, as the server says; undefined where it does not say, or only estimates. */
  total: number | undefined;
  next: string | undefined;
  /** How the link to the next page is called, where it is not called next. */
  misnamed: string | undefined;
}

export interface Entry {
  resource: { resourceType: string; id?: unknown };
  fullUrl: string | undefined;
  isMatch: boolean;
  /** Whether the server says of it that it is a match, or included. */
  isMarked: boolean;
}

const list = <T extends z.ZodType>(one: T) =>
  z
    .array(one)
    .nullish()
    .transform((all) => all ?? []);
const Page = z.object({
  resourceType: z.literal('Bundle'),
  total: z.unknown().optional(),
  // Looked at by hand: a schema for each of millions takes as long as all else.
  entry: list(z.unknown()),
  link: list(z.object({ relation: z.unknown().optional(), url: z.unknown().optional() })),
});
type Page = z.infer<typeof Page>;

/**
 * Fetches a page of a search of a type. Entries of Bundles in it are entries of its own, unless Bundles are searched. Its next one's address is resolved against its own (RFC 3986, 5.2).
 * @throws ServerError also where an OperationOutcome of something wrong comes in place of a page (status 200); NoPageError where it is none
 */
export async function fetchPage(server: FhirServer, address: string, type: string): Promise<SearchPage> {
  const purpose = { what: 'The next page', isOpen: false };
  const { body, url } = await request(server, address, purpose);
  const outcome = outcomeIn(body);
  if (outcome) return { ...EMPTY, outcomes: [outcome] };
  const page = Page.safeParse(body);
  if (!page.success) {
    const { path, message } = page.error.issues[0];
    throw new NoPageError(address, `no page of a search (${path.join('.') || 'the answer'}: ${message})`);
  }
  return { ...entriesOf(page.data.entry, type), ...linkOf(page.data, url), total: totalOf(page.data) };
}

/** Fetches one resource by its id, as a page of its own. @throws as fetchPage does */
export async function fetchOne(server: FhirServer, address: string): Promise<SearchPage> {
  const { body } = await request(server, address, { what: 'A referenced resource', isOpen: false });
  if (!isResource(body)) throw new NoPageError(address, 'no resource');
  return { ...EMPTY, entries: [{ resource: body, fullUrl: undefined, isMatch: true, isMarked: false }] };
}

const EMPTY: SearchPage = {
  entries: [],
  outcomes: [],
  withoutResource: 0,
  total: undefined,
  next: undefined,
  misnamed: undefined,
};

async function request(server: FhirServer, address: string, purpose: Purpose): Promise<Answer<object>> {
  const answer = await server.request<object>(address, { purpose });
  const outcome = outcomeIn(answer.body);
  // One that says no more than that nothing was found, or that all is well, is an empty page.
  if (!outcome || issuesOfLoss(outcome, true).length === 0) return answer;
  const said = server.withoutSecrets(textsOf(outcome));
  throw new ServerError('The server answers with an OperationOutcome', answer.url, 200, outcome, undefined, said);
}

type Entries = Pick<SearchPage, 'entries' | 'outcomes' | 'withoutResource'>;

/** Bundles in Bundles; deeper ones are resources of another type. */
const DEEPEST = 4;

function entriesOf(entry: unknown[], type: string, depth = 0): Entries {
  const entries: Entry[] = [];
  const outcomes: OperationOutcome[] = [];
  let withoutResource = 0;
  for (const one of entry) {
    if (one === null) continue;
    const { resource, fullUrl, search } = Object(one) as {
      resource?: unknown;
      fullUrl?: unknown;
      search?: unknown;
    };
    const mode = (search as { mode?: unknown } | null | undefined)?.mode;
    const outcome = outcomeIn(resource);
    const inner = depth < DEEPEST && type !== 'Bundle' ? innerEntries(resource) : undefined;
    if (outcome) outcomes.push(outcome);
    else if (inner) {
      const found = entriesOf(inner, type, depth + 1);
      for (const one of found.entries) entries.push(one);
      for (const one of found.outcomes) outcomes.push(one);
      withoutResource += found.withoutResource;
    } else if (isResource(resource))
      entries.push({
        resource,
        fullUrl: typeof fullUrl === 'string' ? fullUrl : undefined,
        isMatch: mode === undefined || mode === null || mode === 'match',
        isMarked: mode !== undefined && mode !== null,
      });
    else if (resource === undefined || resource === null)
      withoutResource += mode === 'outcome' || mode === 'include' ? 0 : 1;
  }
  return { entries, outcomes, withoutResource };
}

function innerEntries(resource: unknown): unknown[] | undefined {
  const { resourceType, entry } = Object(resource) as { resourceType?: unknown; entry?: unknown };
  return resourceType === 'Bundle' && Array.isArray(entry) ? entry : undefined;
}

/** Matches of other types in a page, by type, in words; undefined where there are none. Unmarked ones beside some of the type are taken as included. */
export function otherTypesIn(entries: Entry[], type: string, hasType: boolean): string | undefined {
  const counts = new Map<string, number>();
  for (const { resource, isMatch, isMarked } of entries) {
    const { resourceType } = resource;
    if (resourceType === type || !isMatch || (!isMarked && hasType)) continue;
    counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1);
  }
  const texts = [...counts].map(([other, count]) => `${count.toLocaleString('en-US')} of ${other}`);
  return texts.length > 0 ? texts.join(', ') : undefined;
}

function linkOf({ link }: Page, url: string): Pick<SearchPage, 'next' | 'misnamed'> {
  const isNext = ({ relation }: Page['link'][number]) => relation === 'next';
  const isLikeNext = ({ relation }: Page['link'][number]) =>
    typeof relation === 'string' && relation.trim().toLowerCase() === 'next';
  const found = link.find(isNext) ?? link.find(isLikeNext);
  if (!found) return { next: undefined, misnamed: undefined };
  if (typeof found.url !== 'string') throw new NoPageError(url, 'its next page has no URL');
  const next = outsideAddress(found.url, url).href;
  return { next, misnamed: isNext(found) ? undefined : String(found.relation) };
}

function totalOf({ total, link }: Page): number | undefined {
  const self = link.find(({ relation }) => relation === 'self')?.url;
  if (typeof self === 'string' && /[?&]_total=(estimate|none)\b/.test(self)) return undefined;
  const number = typeof total === 'string' && /^\d+$/.test(total) ? Number(total) : total;
  return Number.isInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
