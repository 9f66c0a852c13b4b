import { type CodeMatrix, type Column, columnGroups } from '@ehrsynth/matrix';
import { UnknownQuasiIdentifierError } from './errors.ts';

/** Classes smaller than these are counted: Sweeney's usual 5, and 11, below which CMS shows no cell. */
const SMALL = [5, 11];

export interface KAnonymity {
  /** What defines the classes: sex, age band, race; codes. */
  quasiIdentifiers: string[];
  /** Rows of the smallest class; 0 where there are no rows. */
  k: number;
  classes: number;
  /** Classes with fewer rows, and the rows in them. */
  smaller: { than: number; classes: number; rows: number }[];
}

/**
 * The classes that rows of the same quasi-identifiers form. What is not known of a row is a value of its own.
 * @param quasiIdentifiers names of demographics, and codes; by default all demographics
 * @throws UnknownQuasiIdentifierError
 * @see Sweeney 2002
 */
export function kAnonymity(matrix: CodeMatrix, quasiIdentifiers = matrix.groups.map(({ name }) => name)): KAnonymity {
  const columns = quasiColumns(matrix.columns, quasiIdentifiers);
  const all = [...equivalenceClasses(matrix, columns).values()].map((rows) => rows.length);
  return {
    quasiIdentifiers,
    k: all.length > 0 ? all.reduce((a, b) => Math.min(a, b)) : 0,
    classes: all.length,
    smaller: SMALL.map((than) => {
      const small = all.filter((size) => size < than);
      return { than, classes: small.length, rows: small.reduce((sum, size) => sum + size, 0) };
    }),
  };
}

/**
 * The columns of quasi-identifiers: those of a group of demographics, or of a code.
 * @throws UnknownQuasiIdentifierError
 */
export function quasiColumns(columns: readonly Column[], names: readonly string[]): Set<number> {
  const groups = columnGroups(columns);
  const found = new Set<number>();
  for (const name of names) {
    const group = groups.find((one) => one.name === name);
    const own = columns.flatMap(({ kind, code }, column) =>
      group
        ? column >= group.start && column < group.end
          ? [column]
          : []
        : kind !== 'demographic' && code === name
          ? [column]
          : [],
    );
    if (own.length === 0)
      throw new UnknownQuasiIdentifierError(
        name,
        groups.map((one) => one.name),
      );
    own.forEach((column) => found.add(column));
  }
  return found;
}

/** Which class a row is of: its columns that are quasi-identifiers, ascending, as numbers with commas. */
export function classKey(columns: ArrayLike<number>, isQuasi: (column: number) => boolean): string {
  return Array.from(columns)
    .filter(isQuasi)
    .sort((a, b) => a - b)
    .join();
}

/** Rows by `classKey` of some columns; by default by all demographics. */
export function equivalenceClasses(
  { rows, indptr, indices, firstCode }: CodeMatrix,
  columns?: ReadonlySet<number>,
): Map<string, number[]> {
  const classes = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const key = classKey(indices.subarray(indptr[row], indptr[row + 1]), (column) =>
      columns ? columns.has(column) : column < firstCode,
    );
    const own = classes.get(key);
    if (own) own.push(row);
    else classes.set(key, [row]);
  }
  return classes;
}
