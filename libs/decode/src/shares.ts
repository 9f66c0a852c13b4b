/**
 * The share of people of whom something is so, of whom it is known, to two digits. One that fewer than k of them have is 0, and one that
 * all but fewer than k have is 1.
 */
export function shareOf(count: number, total: number, k: number): number {
  if (count < k) return 0;
  return total - count < k ? 1 : rounded(count / total);
}

/** Shares of the values that at least k people have, among these values alone: how many have another does not follow. */
export function sharesOf(counts: ReadonlyMap<string, number>, k: number): Record<string, number> {
  const kept = [...counts].filter(([, count]) => count >= k).sort(([a], [b]) => (a < b ? -1 : 1));
  const total = kept.reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries(kept.map(([value, count]) => [value, rounded(count / total)]));
}

/** What is there at all keeps a share. */
function rounded(share: number): number {
  return Math.max(0.01, Math.round(share * 100) / 100);
}
