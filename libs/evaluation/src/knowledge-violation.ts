import type { CodeMatrix, Column } from '@ehrsynth/matrix';
import { type Interval, proportion } from '@ehrsynth/statistics';

/** Whom a record may hold a code of; ages at the end of the record, in whole years, inclusive. `{}`: anybody. */
export interface Limits {
  sex?: 'female' | 'male';
  minAge?: number;
  maxAge?: number;
}

export interface Violations {
  /** Codes, and those of them that a rule covers: of any other nothing can be said. */
  rules: { codes: number; covered: number };
  /** Rows whose sex or age is known. */
  judged: number;
  /**
   * Share of the judged rows that have a code impossible for their sex or age, and how many. Undefined, not 0, where it cannot be
   * measured: no code is covered, or no row's sex or age is known.
   */
  share?: Interval;
  rows?: number;
  /** The codes, with the rows that break each; the worst first. */
  byCode: { code: string; display?: string; rows: number }[];
}

/**
 * Clinical knowledge violation (Yan et al. 2022), by the limits that a code has. A row of unknown sex and age is not judged.
 * @param limitsOf undefined for a code that no rule covers
 * @param isAtPossibleAge whether a patient is known to have had the code at an age that may have it, whatever the age at the end of the record
 */
export function knowledgeViolation(
  matrix: CodeMatrix,
  limitsOf: (column: Column, index: number) => Limits | undefined,
  isAtPossibleAge: (id: string, column: number) => boolean = () => false,
): Violations {
  const { columns, rows, ids, indptr, indices, firstCode } = matrix;
  const limits = columns.map((column, i) => (i >= firstCode ? limitsOf(column, i) : undefined));
  const rules = {
    codes: columns.length - firstCode,
    covered: limits.filter((limit) => limit !== undefined).length,
  };
  const byColumn = new Map<number, number>();
  let [broken, judged] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const own = indices.subarray(indptr[row], indptr[row + 1]);
    const person = personOf(own, columns, firstCode);
    if (person.sex !== undefined || person.ages !== undefined) judged++;
    let isBroken = false;
    for (const column of own) {
      const limit = limits[column];
      if (!limit || !isImpossible(isAtPossibleAge(ids[row], column) ? { sex: limit.sex } : limit, person)) continue;
      isBroken = true;
      byColumn.set(column, (byColumn.get(column) ?? 0) + 1);
    }
    if (isBroken) broken++;
  }
  if (rules.covered === 0 || judged === 0) return { rules, judged, byCode: [] };
  const byCode = [...byColumn]
    .map(([column, count]) => {
      const { code, display } = columns[column];
      return { code, display, rows: count };
    })
    .sort((a, b) => b.rows - a.rows || (a.code < b.code ? -1 : 1));
  return { rules, judged, share: proportion(broken, judged), rows: broken, byCode };
}

/** What a row says of sex and age. */
export interface Person {
  sex?: 'female' | 'male';
  ages?: readonly [from: number, to: number];
}

/** @param own columns of a row, ascending */
export function personOf(own: Int32Array, columns: readonly Column[], firstCode: number): Person {
  const person: Person = {};
  for (const column of own) {
    if (column >= firstCode) break;
    const { system, code } = columns[column];
    if (system === 'sex' && (code === 'female' || code === 'male')) person.sex = code;
    if (system === 'age') person.ages = code.split('-').map(Number) as [number, number];
  }
  return person;
}

/** Whether no age of the person's band, or not their sex, may have the code in a record. */
function isImpossible({ sex, minAge = 0, maxAge = Infinity }: Limits, person: Person): boolean {
  if (sex && person.sex && person.sex !== sex) return true;
  return person.ages !== undefined && (person.ages[1] < minAge || person.ages[0] > maxAge);
}
