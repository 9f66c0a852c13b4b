import { byColumn, type CodeMatrix, type ColumnLists } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';

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
 * The distances of each row of `queries` to every row of `targets`, by codes; demographics do not count. Exact: for each query what it
 * shares with every target is added up along the lists of patients of its codes.
 * d(a, b) = |a| + |b| − 2 |a ∩ b| for sets; Σa + Σb − 2 Σ min(a, b) for counts.
 * @param visit is given the query and the distances, in an array that is used again
 */
export function distances(
  queries: CodeMatrix,
  targets: CodeMatrix,
  visit: (row: number, distances: Int32Array) => void,
  measure: Measure = 'sets',
): void {
  const lists = byColumn(targets);
  const sizes = targets.rowSizes(measure);
  const own = queries.rowSizes(measure);
  const found = new Int32Array(targets.rows);
  for (let row = 0; row < queries.rows; row++) {
    for (let other = 0; other < found.length; other++) found[other] = own[row] + sizes[other];
    for (let at = queries.indptr[row]; at < queries.indptr[row + 1]; at++) {
      const column = queries.indices[at];
      if (column >= queries.firstCode) takeShared(found, lists, column, queries.values[at], measure);
    }
    visit(row, found);
  }
}

/**
 * The closest rows of `targets` to each row of `queries`.
 * @param isSame the queries are the targets, and no row is its own neighbour
 */
export function nearest(
  queries: CodeMatrix,
  targets: CodeMatrix,
  { measure, isSame = false }: { measure?: Measure; isSame?: boolean } = {},
): Nearest {
  const first = new Float64Array(queries.rows).fill(Infinity);
  const second = new Float64Array(queries.rows).fill(Infinity);
  const index = new Int32Array(queries.rows).fill(-1);
  const visit = (row: number, found: Int32Array) => {
    let [best, next, where] = [Infinity, Infinity, -1];
    for (let other = 0; other < found.length; other++) {
      const distance = found[other];
      if (distance >= next || (isSame && other === row)) continue;
      if (distance < best) [best, next, where] = [distance, best, other];
      else next = distance;
    }
    first[row] = best;
    second[row] = next;
    index[row] = where;
  };
  distances(queries, targets, visit, measure);
  return { first, second, index };
}

/**
 * The `count` closest rows of `targets` to each row of `queries`, in no order; of those of the same distance some by chance, so that what is close
 * to nobody is not taken for close to all because it stands first.
 */
export function closestRows(queries: CodeMatrix, targets: CodeMatrix, count: number, rng: Rng): number[][] {
  const all: number[][] = [];
  distances(queries, targets, (_, found) => {
    const farthest = distanceOf(found, count);
    const closer: number[] = [];
    const same: number[] = [];
    for (let other = 0; other < found.length; other++) {
      if (found[other] < farthest) closer.push(other);
      else if (found[other] === farthest) same.push(other);
    }
    for (let place = 0; closer.length < count && place < same.length; place++) {
      const chosen = place + rng.int(same.length - place);
      closer.push(same[chosen]);
      same[chosen] = same[place];
    }
    all.push(closer);
  });
  return all;
}

/** The distance that so many rows, or all, are within. */
function distanceOf(found: Int32Array, count: number): number {
  const counts: number[] = [];
  for (const distance of found) {
    while (counts.length <= distance) counts.push(0);
    counts[distance]++;
  }
  let distance = 0;
  for (let within = counts[0] ?? 0; within < count && distance < counts.length - 1; within += counts[distance])
    distance++;
  return distance;
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

function takeShared(
  distances: Int32Array,
  { starts, rows, values }: ColumnLists,
  column: number,
  count: number,
  measure: Measure,
): void {
  const end = starts[column + 1];
  if (measure === 'sets') for (let at = starts[column]; at < end; at++) distances[rows[at]] -= 2;
  else for (let at = starts[column]; at < end; at++) distances[rows[at]] -= 2 * Math.min(count, values[at]);
}
