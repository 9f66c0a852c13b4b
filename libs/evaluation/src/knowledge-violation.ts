import type { CodeMatrix, Column } from '@ehrsynth/matrix';
import { type Interval, proportion } from '@ehrsynth/statistics';

/** Whom a code is possible in; ages in whole years, inclusive. */
export interface Limits {
  sex?: 'female' | 'male';
  minAge?: number;
  maxAge?: number;
}

export interface Violations {
  /** Share of the rows that have a code impossible for their sex or age. */
  share: Interval;
  rows: number;
  /** The codes, with the rows that break each; the worst first. */
  byCode: { code: string; display?: string; rows: number }[];
}

/** Clinical knowledge violation (Yan et al. 2022), by the limits that a code has. A row of unknown sex or age breaks none of it. */
export function knowledgeViolation(
  matrix: CodeMatrix,
  limitsOf: (column: Column) => Limits | undefined,
): Violations {
  const { columns, rows, indptr, indices, firstCode } = matrix;
  const limits = columns.map((column, i) => (i >= firstCode ? limitsOf(column) : undefined));
  const byColumn = new Map<number, number>();
  let broken = 0;
  for (let row = 0; row < rows; row++) {
    const own = indices.subarray(indptr[row], indptr[row + 1]);
    const person = personOf(own, columns, firstCode);
    let isBroken = false;
    for (const column of own) {
      const limit = limits[column];
      if (!limit || !isImpossible(limit, person)) continue;
      isBroken = true;
      byColumn.set(column, (byColumn.get(column) ?? 0) + 1);
    }
    if (isBroken) broken++;
  }
  const byCode = [...byColumn]
    .map(([column, count]) => {
      const { code, display } = columns[column];
      return { code, display, rows: count };
    })
    .sort((a, b) => b.rows - a.rows || (a.code < b.code ? -1 : 1));
  return { share: proportion(broken, rows), rows: broken, byCode };
}

interface Person {
  sex?: string;
  ages?: [from: number, to: number];
}

function personOf(own: Int32Array, columns: readonly Column[], firstCode: number): Person {
  const person: Person = {};
  for (const column of own) {
    if (column >= firstCode) break;
    const { system, code } = columns[column];
    if (system === 'sex') person.sex = code;
    if (system === 'age') person.ages = code.split('-').map(Number) as [number, number];
  }
  return person;
}

/** The age is that at the end of the record: codes of the young may stand in it from before, codes of the old may not. */
function isImpossible({ sex, minAge }: Limits, person: Person): boolean {
  if (sex && (person.sex === 'female' || person.sex === 'male') && person.sex !== sex) return true;
  return minAge !== undefined && person.ages !== undefined && person.ages[1] < minAge;
}
