import './websocket.ts';
import {
  allOk,
  created,
  type Filter,
  matchesSearchRequest,
  multipleMatches,
  OperationOutcomeError,
  type SearchRequest,
} from '@medplum/core';
import { getExtraEntries, MemoryRepository } from '@medplum/fhir-router';
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';

type Stored<T extends Resource = Resource> = T & { id: string };

/** What happened to a resource, in the order in which it did. */
export type Change = { put: Stored } | { delete: string };

/**
 * Medplum's repository in memory, with an index of identifiers and tags (a conditional create does not look at every
 * resource), pages that copy only what they show, transactions that undo what they did when they fail, and a place where
 * what was changed is kept.
 */
export class Repository extends MemoryRepository {
  /** type, then identifier or tag → ids */
  private readonly index = new Map<string, Set<string>>();
  private undo: (() => void)[] | undefined;
  private pending: Change[] = [];

  /** @param keep stores what a write or transaction changed; where it fails, the change is undone */
  constructor(private readonly keep: (changes: Change[]) => Promise<void> = async () => {}) {
    super();
  }

  /** The stored resource itself, not to be changed. */
  peek(type: string, id: string): Stored | undefined {
    return this['resources'].get(type)?.get(id) as Stored | undefined;
  }

  /** All resources of a type, or of all, not to be changed. */
  *all(type?: string): Generator<Stored> {
    const types = type === undefined ? [...this['resources'].keys()] : [type];
    for (const name of types) yield* (this['resources'].get(name)?.values() ?? []) as Iterable<Stored>;
  }

  override async createResource<T extends Resource>(
    resource: T,
    options?: Parameters<MemoryRepository['createResource']>[1],
    update = false,
  ): Promise<Stored<T>> {
    if (this.isAlone()) return this.withTransaction(() => this.createResource(resource, options, update));
    const before = resource.id ? this.peek(resource.resourceType, resource.id) : undefined;
    const result = await super.createResource(resource, options, update);
    const after = this.peek(result.resourceType, result.id)!;
    if (before) this.forget(before);
    this.remember(after);
    this.changed({ put: after }, () => {
      this.forget(after);
      this['history'].get(after.resourceType)?.get(after.id)?.pop();
      if (before) {
        this['resources'].get(before.resourceType)!.set(before.id, before);
        this.remember(before);
      } else this['resources'].get(after.resourceType)!.delete(after.id);
    });
    return result;
  }

  override async deleteResource(...given: Parameters<MemoryRepository['deleteResource']>): Promise<void> {
    if (this.isAlone()) return this.withTransaction(() => this.deleteResource(...given));
    const [type, id] = given;
    const before = this.peek(type, id);
    await super.deleteResource(...given);
    this.forget(before!);
    this.changed({ delete: `${type}/${id}` }, () => {
      this['resources'].get(type)!.set(id, before!);
      this.remember(before!);
    });
  }

  override async conditionalCreate<T extends Resource>(resource: T, search: SearchRequest<T>) {
    const matches = this.matches(search);
    if (matches.length > 1) throw new OperationOutcomeError(multipleMatches);
    if (matches.length === 1) return { resource: matches[0], outcome: allOk };
    return { resource: await this.createResource(resource), outcome: created };
  }

  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<T & { id: string }>> {
    const isPlain = !request.sortRules && !request.filters?.some(isChained);
    if (!isPlain) return super.search(request);
    const matches = this.matches(request);
    const from = request.offset ?? 0;
    const page = matches.slice(from, from + (request.count ?? matches.length));
    const entry = page.map((resource) => ({
      search: { mode: 'match' as const },
      resource: structuredClone(resource),
    }));
    if (request.include || request.revInclude) {
      await getExtraEntries(this, request, page, entry as BundleEntry[]);
    }
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      total: matches.length,
      ...(entry.length > 0 && { entry }),
    };
  }

  /** Medplum's turns the history itself around. */
  override async readHistory<T extends Resource>(type: string, id: string): Promise<Bundle<T>> {
    await this.readResource(type, id);
    const versions = (this['history'].get(type)?.get(id) ?? []) as T[];
    const entry = versions.toReversed().map((resource) => ({ resource: structuredClone(resource) }));
    return { resourceType: 'Bundle', type: 'history', ...(entry.length > 0 && { entry }) };
  }

  /** Undoes what the work did when it fails, or when it cannot be kept. Writes must not run beside each other. */
  override async withTransaction<R>(work: (repository: this) => Promise<R>): Promise<R> {
    if (this.undo) return work(this);
    this.undo = [];
    try {
      const result = await work(this);
      if (this.pending.length > 0) await this.keep(this.pending);
      this.undo = undefined;
      return result;
    } catch (error) {
      const undo = this.undo!;
      this.undo = undefined;
      undo.reverse().forEach((step) => step());
      throw error;
    } finally {
      this.pending = [];
    }
  }

  /** The resources that a search finds, before paging; not to be changed. */
  matches<T extends Resource>(request: SearchRequest<T>): (T & { id: string })[] {
    const found: (T & { id: string })[] = [];
    // What the index gives needs no second look where nothing else is asked.
    const isExact = request.filters?.length === 1 && isIndexed(request.filters[0]);
    for (const resource of this.candidates(request)) {
      if (isExact || matchesSearchRequest(resource, request as SearchRequest))
        found.push(resource as T & { id: string });
    }
    return found;
  }

  private *candidates({ resourceType, filters = [] }: SearchRequest): Generator<Stored> {
    const indexed = filters.find(isIndexed);
    if (!indexed) return yield* this.all(resourceType);
    const ids = this.index.get(`${resourceType} ${indexed.code} ${indexed.value.toLowerCase()}`) ?? [];
    for (const id of ids) yield this.peek(resourceType, id)!;
  }

  /** Not in a transaction, and not being filled from where it is kept already. */
  private isAlone(): boolean {
    return !this.undo && !this['seeding'];
  }

  private changed(change: Change, undo: () => void): void {
    this.undo?.push(undo);
    if (this.undo) this.pending.push(change);
  }

  private remember(resource: Stored): void {
    for (const key of keysOf(resource)) {
      let ids = this.index.get(key);
      if (!ids) this.index.set(key, (ids = new Set()));
      ids.add(resource.id);
    }
  }

  private forget(resource: Stored): void {
    for (const key of keysOf(resource)) this.index.get(key)?.delete(resource.id);
  }
}

interface Token {
  system?: string;
  value?: string;
  code?: string;
}

function* keysOf(resource: Resource): Generator<string> {
  const { identifier, meta } = resource as { identifier?: Token | Token[]; meta?: { tag?: Token[] } };
  for (const { system = '', value } of [identifier ?? []].flat()) {
    if (value) yield `${resource.resourceType} identifier ${`${system}|${value}`.toLowerCase()}`;
  }
  for (const { system = '', code } of meta?.tag ?? []) {
    if (code) yield `${resource.resourceType} _tag ${`${system}|${code}`.toLowerCase()}`;
  }
}

/** One identifier or tag with its system: system|value. */
function isIndexed({ code, operator, value }: Filter): boolean {
  return (code === 'identifier' || code === '_tag') && operator === 'eq' && /^[^|,]+\|[^|,]+$/.test(value);
}

function isChained({ code }: Filter): boolean {
  return code.includes('.') || code.startsWith('_has');
}
