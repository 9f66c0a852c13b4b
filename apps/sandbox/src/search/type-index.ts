import type { Resource } from '@medplum/fhirtypes';
import type { Column } from './column.ts';
import { columnFor } from './columns.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { ReferenceColumn } from './references.ts';

export type Stored = Resource & { id: string };

/** Places of what is gone, before all are numbered anew. */
const GONE_AT_LEAST = 1000;

/**
 * The resources of one type in a table, and a column for each search parameter. A resource that is written again gets a new
 * place at the end and leaves its old one empty, so that columns are only ever added to.
 */
export class TypeIndex {
  private table: (Stored | undefined)[] = [];
  private places = new Map<string, number>();
  private columns = new Map<string, Column>();
  readonly parameters: Map<string, Parameter>;
  /** Goes up at each change. */
  version = 0;

  constructor(readonly type: string) {
    this.parameters = parametersOf(type);
    this.addColumns();
  }

  /** Places in use and empty ones. */
  get length(): number {
    return this.table.length;
  }

  put(resource: Stored): void {
    this.drop(resource.id);
    if (this.table.length > 2 * this.places.size + GONE_AT_LEAST) this.renumber();
    this.add(resource);
  }

  drop(id: string): void {
    const place = this.places.get(id);
    if (place === undefined) return;
    this.version++;
    this.places.delete(id);
    this.table[place] = undefined;
  }

  at(slot: number): Stored | undefined {
    return this.table[slot];
  }

  placeOf(id: string): number | undefined {
    return this.places.get(id);
  }

  column(code: string): Column {
    return this.columns.get(code)!;
  }

  /** The column of a reference. */
  references(code: string): ReferenceColumn | undefined {
    const column = this.columns.get(code);
    return column instanceof ReferenceColumn ? column : undefined;
  }

  private add(resource: Stored): void {
    this.version++;
    const slot = this.table.push(resource) - 1;
    this.places.set(resource.id, slot);
    for (const { code, extract } of this.parameters.values()) {
      const column = this.columns.get(code);
      const nodes = column && extract(resource);
      if (nodes && nodes.length > 0) column.add(slot, nodes);
    }
  }

  private addColumns(): void {
    this.columns = new Map();
    for (const { code, kind, paths } of this.parameters.values()) {
      if (kind !== 'composite') this.columns.set(code, columnFor(kind, paths));
    }
  }

  private renumber(): void {
    const live = this.table.filter((resource) => resource !== undefined);
    this.table = [];
    this.places = new Map();
    this.addColumns();
    for (const resource of live) this.add(resource);
  }
}
