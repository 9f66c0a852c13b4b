import { NotSupported } from './errors.ts';
import { parameterOf } from './query.ts';
import type { Extract } from './expression.ts';
import { type Kind, type Parameter } from './parameters.ts';
import { RangeColumn } from './ranges.ts';
import { keyOfReference } from './reference-text.ts';
import { normalized, stringsOf } from './texts.ts';
import type { TypeIndex } from './type-index.ts';

export interface SortRule {
  parameter: Parameter;
  isDescending: boolean;
}

/** `status,-date` as rules. @throws NotSupported for what cannot be sorted by */
export function sortRulesOf(types: readonly string[], value: string): SortRule[] {
  return value.split(',').map((text) => {
    const isDescending = text.startsWith('-');
    const code = isDescending ? text.slice(1) : text;
    if (types.length !== 1) throw new NotSupported('_sort: a search of several types cannot be sorted');
    const parameter = parameterOf(types[0], code);
    if (parameter.kind === 'composite')
      throw new NotSupported(`_sort: ${code} is a composite parameter, which cannot be sorted by`);
    return { parameter, isDescending };
  });
}

type Compare = (a: number, b: number) => number;

/** The places in the order of the rules; what has no value comes last either way. */
export function sortedBy(index: TypeIndex, slots: readonly number[], rules: readonly SortRule[]): number[] {
  const compares = rules.map(({ parameter, isDescending }) => {
    const column = index.column(parameter.code);
    return column instanceof RangeColumn
      ? byNumber(column.extremes(slots, isDescending), isDescending)
      : byText(textOf(index, parameter), isDescending);
  });
  return [...slots].sort((a, b) => {
    for (const compare of compares) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return a - b;
  });
}

function byNumber(key: (slot: number) => number, isDescending: boolean): Compare {
  return (a, b) => {
    const [one, other] = [key(a), key(b)];
    if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
    if (one === other) return 0;
    return isDescending ? other - one : one - other;
  };
}

function byText(text: (slot: number) => string | undefined, isDescending: boolean): Compare {
  const known = new Map<number, string | undefined>();
  const keyOf = (slot: number) => {
    if (!known.has(slot)) known.set(slot, text(slot));
    return known.get(slot);
  };
  return (a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
    if (one === other) return 0;
    return one < other === isDescending ? 1 : -1;
  };
}

function textOf(index: TypeIndex, { kind, extract }: Parameter): (slot: number) => string | undefined {
  return (slot) => textsOf(kind as Kind, extract, index.at(slot)!).sort()[0];
}

function textsOf(kind: Kind, extract: Extract, resource: object): string[] {
  const nodes = extract(resource);
  if (kind === 'reference') return nodes.flatMap((node) => keyOfReference(node) ?? []);
  if (kind === 'token') return nodes.flatMap((node) => tokenText(node) ?? []);
  return nodes.flatMap(stringsOf).map(normalized);
}

/** What a reader sees of a token: its text, or else its code. */
function tokenText(node: unknown): string | undefined {
  if (typeof node !== 'object') return String(node);
  const { text, coding, display, code, value } = node as Record<string, unknown>;
  const [first] = (coding ?? []) as Record<string, unknown>[];
  const shown = text ?? display ?? first?.display ?? code ?? first?.code ?? value;
  return shown === undefined ? undefined : normalized(String(shown));
}
