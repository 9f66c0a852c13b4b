import type { CodeMatrix } from '@ehrsynth/matrix';

/** Classes smaller than these are counted: Sweeney's usual 5, and 11, below which CMS shows no cell. */
const SMALL = [5, 11];

export interface KAnonymity {
  /** Demographics that tell classes apart: sex, age band, race. */
  quasiIdentifiers: string[];
  /** Rows of the smallest class; 0 where there are no rows. */
  k: number;
  classes: number;
  /** Classes with fewer rows, and the rows in them. */
  smaller: { than: number; classes: number; rows: number }[];
}

/** The classes that rows of the same demographics form. What is not known of a row is a value of its own. @see Sweeney 2002 */
export function kAnonymity({ rows, indptr, indices, groups, firstCode }: CodeMatrix): KAnonymity {
  const sizes = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const key = indices
      .subarray(indptr[row], indptr[row + 1])
      .filter((column) => column < firstCode)
      .join();
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  const all = [...sizes.values()];
  return {
    quasiIdentifiers: groups.map(({ name }) => name),
    k: all.length > 0 ? all.reduce((a, b) => Math.min(a, b)) : 0,
    classes: all.length,
    smaller: SMALL.map((than) => {
      const small = all.filter((size) => size < than);
      return { than, classes: small.length, rows: small.reduce((sum, size) => sum + size, 0) };
    }),
  };
}
