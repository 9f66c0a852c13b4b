import { splitUnescaped } from './escapes.ts';
import { columnFor } from './columns.ts';
import type { Parameter } from './parameters.ts';
import type { Criterion } from './query.ts';
import { localParts } from './reference-text.ts';
import { complement, intersect, type Slots, union } from './slots.ts';
import { type Stored, TypeIndex } from './type-index.ts';

/** Everything that is stored, as search looks at it: built as resources are written. */
export class SearchIndex {
  private readonly types = new Map<string, TypeIndex>();

  put(resource: Stored): void {
    this.ofType(resource.resourceType).put(resource);
  }

  drop({ resourceType, id }: Stored): void {
    this.ofType(resourceType).drop(id);
  }

  ofType(type: string): TypeIndex {
    let index = this.types.get(type);
    if (!index) this.types.set(type, (index = new TypeIndex(type)));
    return index;
  }

  /** Types of which there has been something. */
  typesHeld(): string[] {
    return [...this.types.keys()];
  }

  /** The resource at Type/id. */
  read(key: string): Stored | undefined {
    const [type, id] = localParts(key) ?? [];
    const index = type === undefined ? undefined : this.types.get(type);
    return index?.at(index.placeOf(id!) ?? -1);
  }

  /** Goes up at each change of whatever type. */
  version(): number {
    let sum = 0;
    for (const { version } of this.types.values()) sum += version;
    return sum;
  }

  /**
   * The places of the resources of a type that meet all conditions, in the order in which they were written.
   * @param base address of the server, under which references are to its own resources
   */
  find(type: string, criteria: readonly Criterion[], base: string): number[] {
    const index = this.ofType(type);
    let within: Slots | undefined;
    // What is looked up goes before what is gone through, which then has less to go through.
    for (const criterion of [...criteria].sort((a, b) => effort(a) - effort(b))) {
      const found = this.evaluate(index, criterion, base, within);
      within = within === undefined ? found : intersect(within, found);
      if (within.length === 0) break;
    }
    within ??= complement([], index.length);
    return within.filter((slot) => index.at(slot) !== undefined);
  }

  private evaluate(index: TypeIndex, criterion: Criterion, base: string, within?: Slots): Slots {
    switch (criterion.kind) {
      case 'id':
        return union(criterion.ids.map((id) => index.placeOf(id) ?? -1).map((slot) => (slot < 0 ? [] : [slot])));
      case 'missing': {
        const { parameter, isMissing } = criterion;
        const present = this.present(index, parameter);
        return isMissing ? complement(present, index.length) : present;
      }
      case 'value':
        return this.values(index, criterion, base, within);
      case 'any':
        return union(criterion.criteria.map((one) => this.evaluate(index, one, base, within)));
      case 'chain': {
        const column = index.references(criterion.parameter.code)!;
        const lists = criterion.targets.flatMap(({ type, criterion: inner }) => {
          const target = this.ofType(type);
          return this.find(type, [inner], base).map((slot) => column.placesOf(`${type}/${target.at(slot)!.id}`));
        });
        return union(lists);
      }
      case 'has': {
        const from = this.ofType(criterion.type);
        const column = from.references(criterion.parameter.code)!;
        const slots = new Set<number>();
        for (const slot of this.find(criterion.type, [criterion.criterion], base)) {
          for (const key of column.keysAt(slot)) {
            const [type, id] = localParts(key) ?? [];
            const place = type === index.type ? index.placeOf(id!) : undefined;
            if (place !== undefined) slots.add(place);
          }
        }
        return [...slots].sort((a, b) => a - b);
      }
    }
  }

  private values(
    index: TypeIndex,
    { parameter, modifier, values }: Extract<Criterion, { kind: 'value' }>,
    base: string,
    within: Slots | undefined,
  ): Slots {
    if (parameter.kind === 'composite') return union(values.map((value) => composite(index, parameter, value, base)));
    const { code, targets } = parameter;
    const column = index.column(code);
    const isNot = modifier === 'not';
    const question = { code, base, targets, modifier: isNot ? undefined : modifier, within };
    const found = union(values.map((value) => column.find({ ...question, value })));
    return isNot ? complement(found, index.length) : found;
  }

  private present(index: TypeIndex, { kind, code, extract }: Parameter): Slots {
    if (kind !== 'composite') return index.column(code).present;
    return complement([], index.length).filter((slot) => index.at(slot) && extract(index.at(slot)!).length > 0);
  }
}

/**
 * What has all parts of a value, joined by $, in one and the same element. The parameter of the first part alone gives the
 * resources to look at.
 * @see https://hl7.org/fhir/R4/search.html#combining
 */
function composite(index: TypeIndex, parameter: Parameter, value: string, base: string): number[] {
  const { code, parts, extract } = parameter;
  const values = splitUnescaped(value, '$');
  const first = [...index.parameters.values()].find(({ url }) => url === parts[0].url);
  const question = { base, targets: [], code };
  const candidates = first
    ? index.column(first.code).find({ ...question, value: values[0] })
    : complement([], index.length);
  const hasAll = (node: object) =>
    parts.every((part, i) => {
      const column = columnFor(part.kind, []);
      column.add(0, part.extract(node));
      return column.find({ ...question, value: values[i] }).length > 0;
    });
  return candidates.filter((slot) => {
    const resource = index.at(slot);
    return resource !== undefined && (extract(resource) as object[]).some(hasAll);
  });
}

/** Roughly how long a condition takes to look at. */
function effort(criterion: Criterion): number {
  if (criterion.kind === 'id') return 0;
  if (criterion.kind === 'any') return 1;
  if (criterion.kind === 'missing') return 2;
  if (criterion.kind !== 'value') return 3;
  const { parameter, modifier } = criterion;
  if (parameter.kind === 'reference' || (parameter.kind === 'token' && modifier === undefined)) return 1;
  return parameter.kind === 'composite' ? 5 : 4;
}
