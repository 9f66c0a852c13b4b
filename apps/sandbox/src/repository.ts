import './websocket.ts';
import { MemoryRepository } from '@medplum/fhir-router';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { Rejection } from './rejection.ts';
import { SearchIndex } from './search/search-index.ts';
import { parseSearch } from './search/search-request.ts';
import type { Stored } from './search/type-index.ts';
import { SharedTexts } from './shared-texts.ts';

/** What happened to a resource, in the order in which it did. */
export type Change = { put: Stored } | { delete: string };

/**
 * Medplum's repository in memory, with our own search over indices that are kept as resources are written, transactions that
 * undo what they did when they fail, and a place where what was changed is kept.
 */
export class Repository extends MemoryRepository {
  readonly index = new SearchIndex();
  private readonly texts = new SharedTexts();
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

  /** How many there are. */
  size(): number {
    return [...this['resources'].values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * The ids of what a conditional interaction is about.
   * @param query identifier=urn:oid:1.2.3|1
   * @throws Rejection where the query asks for nothing, or for what is not supported
   */
  matching(type: string, query: URLSearchParams): string[] {
    const { criteria } = parseSearch([type], query);
    if (criteria.length === 0) throw Rejection.because(400, 'processing', 'The condition has no search parameter');
    const index = this.index.ofType(type);
    return this.index.find(type, criteria, '').map((slot) => index.at(slot)!.id);
  }

  override async createResource<T extends Resource>(
    resource: T,
    options?: Parameters<MemoryRepository['createResource']>[1],
    update = false,
  ): Promise<T & { id: string }> {
    if (this.isAlone()) return this.withTransaction(() => this.createResource(resource, options, update));
    const before = resource.id ? this.peek(resource.resourceType, resource.id) : undefined;
    const result = await super.createResource(resource, options, update);
    const after = this.peek(result.resourceType, result.id)!;
    this.texts.share(after);
    this.index.put(after);
    this.changed({ put: after }, () => {
      this['history'].get(after.resourceType)?.get(after.id)?.pop();
      if (before) this['resources'].get(before.resourceType)!.set(before.id, before);
      else this['resources'].get(after.resourceType)!.delete(after.id);
      if (before) this.index.put(before);
      else this.index.drop(after);
    });
    return result;
  }

  override async deleteResource(...given: Parameters<MemoryRepository['deleteResource']>): Promise<void> {
    if (this.isAlone()) return this.withTransaction(() => this.deleteResource(...given));
    const [type, id] = given;
    const before = this.peek(type, id)!;
    await super.deleteResource(...given);
    this.index.drop(before);
    this.changed({ delete: `${type}/${id}` }, () => {
      this['resources'].get(type)!.set(id, before);
      this.index.put(before);
    });
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

  /** Not in a transaction, and not being filled from where it is kept already. */
  private isAlone(): boolean {
    return !this.undo && !this['seeding'];
  }

  private changed(change: Change, undo: () => void): void {
    this.undo?.push(undo);
    if (this.undo) this.pending.push(change);
  }
}
