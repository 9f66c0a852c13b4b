import { LEAST_EXPECTED } from '@ehrsynth/matrix';
import type { Sets, Tokens } from './tokens.ts';

/**
 * Structural zeros: for each demographic value the codes that none of its people has, where 20 would have by chance. Pairs of tokens.
 * That a demographic is absent, where no row lacks it, is a pair of the absence with itself.
 * @param blocks all rows, some at a time
 */
export async function structuralZeros(
  tokens: Tokens,
  blocks: AsyncIterable<Sets>,
): Promise<[value: number, code: number][]> {
  let rows = 0;
  const carriers = new Float64Array(tokens.count);
  const together = new Float64Array(tokens.firstCode * tokens.count);
  for await (const { indptr, indices } of blocks) {
    rows += indptr.length - 1;
    for (let row = 0; row + 1 < indptr.length; row++) {
      const own = Array.from(indices.subarray(indptr[row], indptr[row + 1]), (column) => tokens.ofColumn[column]);
      for (const token of own) carriers[token]++;
      for (const value of own)
        if (value < tokens.firstCode) for (const token of own) together[value * tokens.count + token]++;
    }
  }
  const zeros: [number, number][] = [];
  for (const { start, end } of tokens.groups) {
    const known = carriers.subarray(start, end - 1).reduce((sum, count) => sum + count, 0);
    if (rows > 0 && known === rows) zeros.push([end - 1, end - 1]);
  }
  for (let value = 0; value < tokens.firstCode; value++) {
    for (let code = tokens.firstCode; code < tokens.end; code++) {
      const expected = (carriers[value] * carriers[code]) / rows;
      if (expected >= LEAST_EXPECTED && together[value * tokens.count + code] === 0) zeros.push([value, code]);
    }
  }
  return zeros;
}
