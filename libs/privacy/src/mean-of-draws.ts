/**
 * One figure of several draws of it: every number is the mean of its numbers, at any depth; all else is as in the first. The draws are of the
 * same people, so that the mean of their bounds claims no more than one of them.
 */
export function meanOfDraws<T>(draws: readonly T[]): T {
  const [first] = draws;
  if (typeof first === 'number') {
    return ((draws as readonly number[]).reduce((sum, value) => sum + value, 0) / draws.length) as T;
  }
  if (Array.isArray(first)) {
    return first.map((_, i) => meanOfDraws((draws as readonly unknown[][]).map((draw) => draw[i]))) as T;
  }
  if (typeof first !== 'object' || first === null) return first;
  const keys = Object.keys(first) as (keyof T)[];
  return Object.fromEntries(keys.map((key) => [key, meanOfDraws(draws.map((draw) => draw[key]))])) as T;
}
