import type { Column } from './column.ts';
import { impliedSystems } from './implied-systems.ts';
import type { Kind } from './parameters.ts';
import { DateColumn, QuantityColumn } from './ranges.ts';
import { ReferenceColumn } from './references.ts';
import { StringColumn, UriColumn } from './texts.ts';
import { TokenColumn } from './tokens.ts';

/** An empty column for values of a kind. @param paths where they stand, for the systems that a code's place implies */
export function columnFor(kind: Kind, paths: string[]): Column {
  switch (kind) {
    case 'token':
      return new TokenColumn(() => paths.flatMap(impliedSystems));
    case 'reference':
      return new ReferenceColumn();
    case 'string':
      return new StringColumn();
    case 'uri':
      return new UriColumn();
    case 'date':
      return new DateColumn();
    case 'number':
    case 'quantity':
      return new QuantityColumn();
  }
}
