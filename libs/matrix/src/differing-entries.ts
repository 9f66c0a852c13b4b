import type { CodeMatrix } from './code-matrix.ts';

/**
 * In how many entries two matrices of the same columns differ. Rows of the same id are compared; of the others, those that are the same
 * but for the id (a format may write ids in its own way) are the same, and each entry of the rest counts.
 */
export function differingEntries(a: CodeMatrix, b: CodeMatrix): number {
  const rowOf = new Map(a.ids.map((id, row) => [id, row]));
  const isPaired = new Uint8Array(a.rows);
  let differing = 0;
  const others: number[] = [];
  b.ids.forEach((id, row) => {
    const own = rowOf.get(id);
    if (own === undefined || isPaired[own] === 1) return others.push(row);
    isPaired[own] = 1;
    differing += differingIn(a, own, b, row);
  });
  const unpaired = new Map<string, number[]>();
  for (let row = 0; row < a.rows; row++) {
    if (isPaired[row] === 1) continue;
    const key = a.entries(row).join(' ');
    const alike = unpaired.get(key);
    if (alike) alike.push(row);
    else unpaired.set(key, [row]);
  }
  for (const row of others)
    if (unpaired.get(b.entries(row).join(' '))?.pop() === undefined) differing += b.entries(row).length;
  for (const rows of unpaired.values()) for (const row of rows) differing += a.entries(row).length;
  return differing;
}

/** Columns that have another count in one row than in the other. */
function differingIn(a: CodeMatrix, row: number, b: CodeMatrix, other: number): number {
  const counts = new Map(a.entries(row));
  let differing = 0;
  for (const [column, count] of b.entries(other)) {
    if (counts.get(column) !== count) differing++;
    counts.delete(column);
  }
  return differing + counts.size;
}
