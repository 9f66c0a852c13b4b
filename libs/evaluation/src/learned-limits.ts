import { type CodeMatrix, SexCounts } from '@ehrsynth/matrix';
import { type Limits, personOf } from './knowledge-violation.ts';

/**
 * Whom a code may be in by what real patients have, for codes that no rule covers: the one sex that has it, where the other would have it
 * in 20 people or more by chance; anybody (`{}`), where both have it. Columns of which so few people cannot tell are not in it.
 */
export function learnedLimits({ rows, columns, indptr, indices, firstCode }: CodeMatrix): Map<number, Limits> {
  const counts = new SexCounts(columns.length);
  for (let row = 0; row < rows; row++) {
    const own = indices.subarray(indptr[row], indptr[row + 1]);
    counts.add(personOf(own, columns, firstCode).sex, own);
  }
  const limits = new Map<number, Limits>();
  for (let column = firstCode; column < columns.length; column++) {
    const sex = counts.only(column);
    if (sex) limits.set(column, { sex });
    else if (counts.isOfBoth(column)) limits.set(column, {});
  }
  return limits;
}
