import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes';
import { included } from './includes.ts';
import type { Criterion } from './query.ts';
import type { SearchIndex } from './search-index.ts';
import type { SearchRequest } from './search-request.ts';
import { shaped } from './shaping.ts';
import { sortedBy } from './sorting.ts';
import type { Stored } from './type-index.ts';

/** Where a search looks. */
export interface Scope {
  types: readonly string[];
  /** Address of the search: http://127.0.0.1:8080/fhir/Patient */
  address: string;
  /** What resources of a type must meet besides: to be of a compartment. */
  criteria?: (type: string) => Criterion[];
}

/** The found places of a type. */
interface Found {
  type: string;
  slots: readonly number[];
}

/** Results that are kept until something changes, so that the pages of a search are not found anew. */
const RESULTS_KEPT = 8;

/** Answers searches with pages of what the index finds. */
export class Searcher {
  private readonly results = new Map<string, { version: number; found: Found[] }>();

  constructor(private readonly index: SearchIndex) {}

  /** A page of a search as a Bundle. @param base address of the server: http://127.0.0.1:8080/fhir */
  answer(request: SearchRequest, scope: Scope, base: string): Bundle {
    const found = this.found(request, scope, base);
    const total = found.reduce((sum, { slots }) => sum + slots.length, 0);
    const isCount = request.summary === 'count';
    const matches = isCount ? [] : this.page(found, request);
    const others = isCount ? [] : included(this.index, matches, request.includes);
    const entry = [
      ...matches.map((resource) => toEntry(shaped(resource, request), 'match', base)),
      ...others.map((resource) => toEntry(shaped(resource, { summary: request.summary }), 'include', base)),
      ...(request.ignored.length > 0
        ? [{ search: { mode: 'outcome' as const }, resource: warning(request.ignored) }]
        : []),
    ];
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      ...((request.hasTotal || isCount) && { total }),
      link: links(request, scope.address, total),
      ...(entry.length > 0 && { entry }),
    };
  }

  private found(request: SearchRequest, { types, address, criteria }: Scope, base: string): Found[] {
    const key = `${address}?${withoutPaging(request.used)}`;
    const version = this.index.version();
    const known = this.results.get(key);
    if (known?.version === version) return known.found;
    const found = types.map((type) => {
      const index = this.index.ofType(type);
      const slots = this.index.find(type, [...(criteria?.(type) ?? []), ...request.criteria], base);
      return { type, slots: request.sort.length > 0 ? sortedBy(index, slots, request.sort) : slots };
    });
    this.results.delete(key);
    if (this.results.size >= RESULTS_KEPT) this.results.delete(this.results.keys().next().value!);
    this.results.set(key, { version, found });
    return found;
  }

  private page(found: readonly Found[], { offset, count }: SearchRequest): Stored[] {
    const page: Stored[] = [];
    let skip = offset;
    for (const { type, slots } of found) {
      const index = this.index.ofType(type);
      for (const slot of slots.slice(skip, skip + count - page.length)) page.push(index.at(slot)!);
      skip = Math.max(0, skip - slots.length);
    }
    return page;
  }
}

function withoutPaging(used: URLSearchParams): string {
  const params = new URLSearchParams(used);
  for (const name of ['_count', '_offset', '_summary', '_elements', '_total']) params.delete(name);
  return params.toString();
}

function toEntry(resource: Resource, mode: 'match' | 'include', base: string): BundleEntry {
  return { fullUrl: `${base}/${resource.resourceType}/${resource.id}`, search: { mode }, resource };
}

function warning(ignored: string[]): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: ignored.map((text) => ({
      severity: 'warning',
      code: 'not-supported',
      details: { text: `Left out of the search: ${text}` },
    })),
  };
}

function links({ used, count, offset, summary }: SearchRequest, address: string, total: number) {
  const at = (relation: string, from: number) => {
    const params = new URLSearchParams(used);
    if (summary !== 'count') params.set('_count', String(count));
    if (from > 0) params.set('_offset', String(from));
    else params.delete('_offset');
    return { relation, url: params.size > 0 ? `${address}?${params}` : address };
  };
  if (summary === 'count') return [at('self', 0)];
  const last = Math.max(0, Math.ceil(total / count) - 1) * count;
  return [
    at('self', offset),
    at('first', 0),
    ...(offset > 0 ? [at('previous', Math.max(0, offset - count))] : []),
    ...(offset + count < total ? [at('next', offset + count)] : []),
    at('last', last),
  ];
}
