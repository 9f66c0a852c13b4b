import type { CodeMatrix, Column } from '@ehrsynth/matrix';
import { classKey, equivalenceClasses, quasiColumns } from '@ehrsynth/privacy';

/** A class of patients that was smaller than k. */
export interface FilledClass {
  /** The quasi-identifiers that its patients have, by name. */
  members: string[];
  before: number;
  /** Patients that were found for it; they are added where together there are k. */
  found: number;
}

export interface Filling {
  k: number;
  quasiIdentifiers: string[];
  /** Patients added, and rows drawn from the model to find them. */
  added: number;
  drawn: number;
  classes: FilledClass[];
  /** Rows of classes that stayed too small, to which nothing is added. */
  left: number[];
}

/** A row that a model drew, and what becomes of it. */
export interface Candidate<T> {
  /** Columns of the row as it was drawn. */
  columns: readonly number[];
  /** The patient, with the columns that its record has: repair may have changed them. Undefined where it is not to be taken. */
  decode: () => { entries: readonly (readonly [column: number, count: number])[]; value: T } | undefined;
}

/**
 * k-anonymity by addition: of the classes with fewer than k rows, further patients that the model draws for itself are taken (never a
 * copy of one that is there) until each has k. A patient whose class is not there, or is large enough, is passed over, so that the
 * classes' own distribution is the model's.
 * @param candidates further rows of the model; as many are drawn as it takes, and no more than it gives
 * @throws UnknownQuasiIdentifierError
 */
export async function fillClasses<T>(
  matrix: CodeMatrix,
  { k, quasiIdentifiers }: { k: number; quasiIdentifiers: string[] },
  candidates: AsyncIterable<Candidate<T>>,
): Promise<{ filling: Filling; added: T[] }> {
  const quasi = quasiColumns(matrix.columns, quasiIdentifiers);
  const isQuasi = (column: number) => quasi.has(column);
  const classes = equivalenceClasses(matrix, quasi);
  const missing = new Map<string, FilledClass>();
  for (const [key, rows] of classes) {
    if (rows.length >= k) continue;
    const members = key === '' ? [] : key.split(',').map((column) => nameOf(matrix.columns[Number(column)]));
    missing.set(key, { members, before: rows.length, found: 0 });
  }
  const open = new Map(missing);
  const found = new Map([...missing.keys()].map((key) => [key, [] as T[]]));
  let drawn = 0;
  if (open.size > 0) {
    for await (const { columns, decode } of candidates) {
      drawn++;
      // Most rows are of large classes: they are not worth decoding.
      if (open.has(classKey(columns, isQuasi))) {
        const decoded = decode();
        if (!decoded) continue;
        const { entries, value } = decoded;
        const key = classKey(
          entries.map(([column]) => column),
          isQuasi,
        );
        const own = open.get(key);
        if (own) {
          found.get(key)!.push(value);
          if (own.before + ++own.found >= k) open.delete(key);
        }
      }
      if (open.size === 0) break;
    }
  }
  const added = [...found].flatMap(([key, values]) => (open.has(key) ? [] : values));
  const left = [...open.keys()].flatMap((key) => classes.get(key)!).sort((a, b) => a - b);
  return { filling: { k, quasiIdentifiers, added: added.length, drawn, classes: [...missing.values()], left }, added };
}

/** Race by its name, all else by its code. */
function nameOf({ system, code, display }: Column): string {
  return system === 'race' ? (display ?? code) : code;
}
