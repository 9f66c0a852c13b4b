import type { CodeMatrix } from '@ehrsynth/matrix';

/** Whether a code is there, or how often: the Hamming distance of the sets, or the sum of the differences of the counts. */
export type Measure = 'sets' | 'counts';

export interface Distances {
  /** Distance to the closest row, for each query. */
  first: Float64Array;
  /** To the second closest; infinite where there is but one row. */
  second: Float64Array;
}

export interface Nearest extends Distances {
  /** The closest row; the first of several. */
  index: Int32Array;
}

/**
 * The closest rows of `targets` to each row of `queries`, by codes; demographics do not count. Exact: for each query what it shares
 * with every target is added up along the lists of patients of its codes.
 * d(a, b) = |a| + |b| − 2 |a ∩ b| for sets; Σa + Σb − 2 Σ min(a, b) for counts.
 * @param isSame the queries are the targets, and no row is its own neighbour
 */
export function nearest(
  queries: CodeMatrix,
  targets: CodeMatrix,
  { measure = 'sets', isSame = false }: { measure?: Measure; isSame?: boolean } = {},
): Nearest {
  const lists = patientsOf(targets);
  const sizes = targets.rowSizes(measure);
  const own = queries.rowSizes(measure);
  const shared = new Int32Array(targets.rows);
  const first = new Float64Array(queries.rows).fill(Infinity);
  const second = new Float64Array(queries.rows).fill(Infinity);
  const index = new Int32Array(queries.rows).fill(-1);
  for (let row = 0; row < queries.rows; row++) {
    shared.fill(0);
    for (let at = queries.indptr[row]; at < queries.indptr[row + 1]; at++) {
      const column = queries.indices[at];
      if (column < queries.firstCode) continue;
      addShared(shared, lists, column, measure === 'sets' ? 1 : queries.values[at], measure);
    }
    let [best, next, where] = [Infinity, Infinity, -1];
    for (let other = 0; other < targets.rows; other++) {
      if (isSame && other === row) continue;
      const distance = own[row] + sizes[other] - 2 * shared[other];
      if (distance >= next) continue;
      if (distance < best) [best, next, where] = [distance, best, other];
      else next = distance;
    }
    first[row] = best;
    second[row] = next;
    index[row] = where;
  }
  return { first, second, index };
}

/** Groups that targets are parted in, for leaving one out at a time. */
const GROUPS = 20;

/** The same to each group of the targets: every twentieth row. */
export function nearestByGroup(queries: CodeMatrix, targets: CodeMatrix): Distances[] {
  const rows = [...Array(targets.rows).keys()];
  return Array.from({ length: Math.min(GROUPS, targets.rows) }, (_, group) =>
    nearest(queries, targets.pick(rows.filter((row) => row % GROUPS === group))),
  );
}

/** The distances to all groups together, or to all but one. */
export function closestOf(groups: Distances[], leftOut?: number): Distances {
  const first = new Float64Array(groups[0].first.length).fill(Infinity);
  const second = first.slice();
  groups.forEach((group, i) => {
    if (i === leftOut) return;
    for (let row = 0; row < first.length; row++) {
      const [a, b] = [group.first[row], group.second[row]];
      second[row] = Math.min(second[row], b, Math.max(first[row], a));
      first[row] = Math.min(first[row], a);
    }
  });
  return { first, second };
}

/** The matrix by columns: the rows of each, with their counts. */
interface Lists {
  starts: Int32Array;
  rows: Int32Array;
  values: Int32Array;
}

function patientsOf({ rows, columns, indptr, indices, values }: CodeMatrix): Lists {
  const starts = new Int32Array(columns.length + 1);
  for (const column of indices) starts[column + 1]++;
  for (let column = 0; column < columns.length; column++) starts[column + 1] += starts[column];
  const next = starts.slice();
  const lists = { starts, rows: new Int32Array(indices.length), values: new Int32Array(indices.length) };
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const to = next[indices[at]]++;
      lists.rows[to] = row;
      lists.values[to] = values[at];
    }
  }
  return lists;
}

function addShared(
  shared: Int32Array,
  { starts, rows, values }: Lists,
  column: number,
  count: number,
  measure: Measure,
): void {
  const end = starts[column + 1];
  if (measure === 'sets') for (let at = starts[column]; at < end; at++) shared[rows[at]]++;
  else for (let at = starts[column]; at < end; at++) shared[rows[at]] += Math.min(count, values[at]);
}
