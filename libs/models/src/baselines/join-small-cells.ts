/** A table of counts whose rows and columns stand in groups; one cell for each two groups. */
export interface JoinedTable {
  /** Group of each row and of each column. */
  rowGroups: number[];
  columnGroups: number[];
  /** Groups of rows × groups of columns. */
  cells: number[][];
}

/**
 * Joins rows or columns of a table of counts of people until no cell has 1 to k − 1 of them, each time the two that cost least mutual
 * information. Within a group rows and columns are then as if independent. No cell follows from the others and the table's margins either:
 * of a small cell only the sum over its group is known, which is 0 or at least k wherever the margins are.
 * @param table rows × columns, row after row
 */
export function joinSmallCells(table: ArrayLike<number>, width: number, k: number): JoinedTable {
  const height = table.length / width;
  let cells = Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => table[row * width + column]),
  );
  const groups = {
    row: Array.from({ length: height }, (_, i) => i),
    column: Array.from({ length: width }, (_, i) => i),
  };
  while (cells.some((row) => row.some((count) => isSmall(count, k)))) {
    const candidates = [
      ...pairsToJoin(cells, k).map(([a, b]) => ({
        side: 'row' as const,
        a,
        b,
        joined: joinRows(cells, a, b),
      })),
      ...pairsToJoin(transposed(cells), k).map(([a, b]) => ({
        side: 'column' as const,
        a,
        b,
        joined: transposed(joinRows(transposed(cells), a, b)),
      })),
    ];
    if (candidates.length === 0) break;
    const information = candidates.map(({ joined }) => mutualInformation(joined));
    const best = information.reduce((most, one, i) => (one > information[most] ? i : most), 0);
    const { side, a, b, joined } = candidates[best];
    cells = joined;
    groups[side] = groups[side].map((group) => (group === b ? a : group > b ? group - 1 : group));
  }
  return { rowGroups: groups.row, columnGroups: groups.column, cells };
}

/** Whether a count of people is too small to be kept. */
export function isSmall(count: number, k: number): boolean {
  return count > 0 && count < k;
}

/** Of a table of counts, in nats. */
export function mutualInformation(cells: readonly ArrayLike<number>[]): number {
  const [down, across] = [new Float64Array(cells.length), new Float64Array(cells[0].length)];
  let total = 0;
  for (let i = 0; i < down.length; i++) {
    for (let j = 0; j < across.length; j++) {
      down[i] += cells[i][j];
      across[j] += cells[i][j];
      total += cells[i][j];
    }
  }
  let information = 0;
  for (let i = 0; i < down.length; i++) {
    for (let j = 0; j < across.length; j++) {
      const count = cells[i][j];
      if (count > 0) information += (count / total) * Math.log((count * total) / (down[i] * across[j]));
    }
  }
  return information;
}

/** Two rows at a time, one of which has a small cell; empty rows are of nobody and stay. */
function pairsToJoin(cells: number[][], k: number): [number, number][] {
  const filled = [...cells.keys()].filter((row) => sum(cells[row]) > 0);
  const small = new Set(filled.filter((row) => cells[row].some((count) => isSmall(count, k))));
  return filled.flatMap((a, i) =>
    filled.slice(i + 1).flatMap((b): [number, number][] => (small.has(a) || small.has(b) ? [[a, b]] : [])),
  );
}

/** The second row added to the first. */
function joinRows(cells: number[][], a: number, b: number): number[][] {
  const joined = cells[a].map((count, column) => count + cells[b][column]);
  return cells.map((row, i) => (i === a ? joined : row)).filter((_, i) => i !== b);
}

function transposed(cells: number[][]): number[][] {
  return cells[0].map((_, column) => cells.map((row) => row[column]));
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
