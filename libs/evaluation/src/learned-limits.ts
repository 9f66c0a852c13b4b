import { type CodeMatrix, type ExclusiveSex, exclusiveSex } from '@ehrsynth/matrix';
import type { Limits } from './knowledge-violation.ts';

/**
 * Whom a code may be in by what real patients have, for codes that no rule covers: the one sex that has it, where the other would have it
 * in 20 people or more by chance; anybody (`{}`), where both have it. Columns of which so few people cannot tell are not in it.
 */
export function learnedLimits({ rows, columns, indptr, indices, firstCode }: CodeMatrix): Map<number, Limits> {
  const people = { female: 0, male: 0 };
  const carriers = { female: new Uint32Array(columns.length), male: new Uint32Array(columns.length) };
  for (let row = 0; row < rows; row++) {
    const own = indices.subarray(indptr[row], indptr[row + 1]);
    const sex = sexOf(own, columns, firstCode);
    if (!sex) continue;
    people[sex]++;
    for (const column of own) carriers[sex][column]++;
  }
  const limits = new Map<number, Limits>();
  for (let column = firstCode; column < columns.length; column++) {
    const own = { female: carriers.female[column], male: carriers.male[column] };
    const sex = exclusiveSex(own, people);
    if (sex) limits.set(column, { sex });
    else if (own.female > 0 && own.male > 0) limits.set(column, {});
  }
  return limits;
}

function sexOf(own: Int32Array, columns: CodeMatrix['columns'], firstCode: number): ExclusiveSex | undefined {
  for (const column of own) {
    if (column >= firstCode) return undefined;
    const { system, code } = columns[column];
    if (system === 'sex' && (code === 'female' || code === 'male')) return code;
  }
  return undefined;
}
