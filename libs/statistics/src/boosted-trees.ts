import { type Classifier, logOdds, type Rows } from './classifier.ts';

const TREES = 100;
const DEPTH = 4;
const SHRINKAGE = 0.1;
/** L2 on the leaves, and the least Hessian on either side of a split: XGBoost's lambda and min_child_weight. */
const LAMBDA = 1;
const MIN_CHILD = 1;

/** A tree as a heap: the children of node n are 2n + 1 (has the column) and 2n + 2. */
interface Tree {
  /** −1 at a leaf. */
  columns: Int32Array;
  leaves: Float64Array;
}

/**
 * Gradient-boosted trees on which columns a row has: 100 trees of depth 4, each step 0.1, splits by second-order gain. Of each node and
 * column the sums of gradients and Hessians are added up over the entries that are there; what is absent is the node's sum less that.
 * Of two children only the one with fewer rows is added up; the other is what the parent has more. A column's importance is the gain of its splits.
 * @see Chen, Guestrin 2016 (XGBoost), equations 6 and 7 and section 3.4
 */
export function boostedTrees(rows: Rows, labels: Uint8Array, hidden: ReadonlySet<number> = new Set()): Classifier {
  const base = logOdds(labels);
  const scores = new Float64Array(rows.rows).fill(base);
  const importance = new Float64Array(rows.columns.length);
  const trees: Tree[] = [];
  for (let round = 0; round < TREES; round++) {
    const tree = grow(rows, labels, scores, hidden, importance);
    if (tree.columns[0] === -1) break;
    trees.push(tree);
  }
  return { score: (others) => scoresOf(others, trees, base), importance };
}

/** One tree; the scores of the rows move by its leaves. */
function grow(
  all: Rows,
  labels: Uint8Array,
  scores: Float64Array,
  hidden: ReadonlySet<number>,
  importance: Float64Array,
): Tree {
  const { rows, columns } = all;
  const gradients = new Float64Array(rows);
  const hessians = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const p = 1 / (1 + Math.exp(-scores[row]));
    gradients[row] = p - labels[row];
    hessians[row] = p * (1 - p);
  }
  const size = 2 ** (DEPTH + 1) - 1;
  const tree: Tree = { columns: new Int32Array(size).fill(-1), leaves: new Float64Array(size) };
  const nodeOf = new Int32Array(rows);
  let above: ColumnSums | undefined;
  for (let level = 0; ; level++) {
    const first = 2 ** level - 1;
    const width = first + 1;
    const sums = { g: new Float64Array(width), h: new Float64Array(width) };
    for (let row = 0; row < rows; row++) {
      if (nodeOf[row] < first) continue;
      sums.g[nodeOf[row] - first] += gradients[row];
      sums.h[nodeOf[row] - first] += hessians[row];
    }
    sums.g.forEach((g, i) => (tree.leaves[first + i] = (-SHRINKAGE * g) / (sums.h[i] + LAMBDA)));
    if (level === DEPTH) break;
    above = columnSums(all, gradients, hessians, membersOf(nodeOf, first, width), above);
    for (let i = 0; i < width; i++) {
      const { g, h } = above;
      const { column, gain } = bestSplit(g[i], h[i], columns.length, sums.g[i], sums.h[i], hidden);
      tree.columns[first + i] = column;
      if (column !== -1) importance[column] += gain;
    }
    if (!descend(all, tree, nodeOf, first)) break;
  }
  for (let row = 0; row < rows; row++) scores[row] += tree.leaves[nodeOf[row]];
  return tree;
}

/** The rows at each node of a level. */
function membersOf(nodeOf: Int32Array, first: number, width: number): number[][] {
  const members: number[][] = Array.from({ length: width }, () => []);
  nodeOf.forEach((node, row) => {
    if (node >= first) members[node - first].push(row);
  });
  return members;
}

/** Of each node of a level the sums of gradients and of Hessians over the rows that have each column. */
interface ColumnSums {
  g: Float64Array[];
  h: Float64Array[];
}

/** @param above the sums of the level above; none of the root */
function columnSums(
  { columns, indptr, indices }: Rows,
  gradients: Float64Array,
  hessians: Float64Array,
  members: number[][],
  above?: ColumnSums,
): ColumnSums {
  const [g, h] = [0, 1].map(() => members.map(() => new Float64Array(columns.length)));
  const add = (node: number) => {
    const [ofG, ofH] = [g[node], h[node]];
    for (const row of members[node]) {
      const [gradient, hessian] = [gradients[row], hessians[row]];
      for (let at = indptr[row]; at < indptr[row + 1]; at++) {
        ofG[indices[at]] += gradient;
        ofH[indices[at]] += hessian;
      }
    }
  };
  if (!above) add(0);
  else
    for (let node = 0; node < members.length; node += 2) {
      const fewer = members[node].length <= members[node + 1].length ? node : node + 1;
      const other = fewer === node ? node + 1 : node;
      if (members[other].length === 0) continue;
      add(fewer);
      for (let column = 0; column < columns.length; column++) {
        g[other][column] = above.g[node / 2][column] - g[fewer][column];
        h[other][column] = above.h[node / 2][column] - h[fewer][column];
      }
    }
  return { g, h };
}

function bestSplit(
  g: Float64Array,
  h: Float64Array,
  columns: number,
  total: number,
  totalHessian: number,
  hidden: ReadonlySet<number>,
): { column: number; gain: number } {
  const worth = (gradient: number, hessian: number) => gradient ** 2 / (hessian + LAMBDA);
  const whole = worth(total, totalHessian);
  let best = { column: -1, gain: 1e-9 };
  for (let column = 0; column < columns; column++) {
    const [gradient, hessian] = [g[column], h[column]];
    if (hessian < MIN_CHILD || totalHessian - hessian < MIN_CHILD || hidden.has(column)) continue;
    const gain = (worth(gradient, hessian) + worth(total - gradient, totalHessian - hessian) - whole) / 2;
    if (gain > best.gain) best = { column, gain };
  }
  return best;
}

/** Moves each row to its child; false where no node was split. */
function descend(
  { rows, indptr, indices }: Pick<Rows, 'rows' | 'indptr' | 'indices'>,
  { columns }: Tree,
  nodeOf: Int32Array,
  first: number,
): boolean {
  let isSplit = false;
  for (let row = 0; row < rows; row++) {
    const column = nodeOf[row] < first ? -1 : columns[nodeOf[row]];
    if (column === -1) continue;
    isSplit = true;
    nodeOf[row] = 2 * nodeOf[row] + (has(indices, indptr[row], indptr[row + 1], column) ? 1 : 2);
  }
  return isSplit;
}

/** Whether a column is among the ascending ones of a row. */
function has(indices: Int32Array, from: number, to: number, column: number): boolean {
  const end = to;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (indices[middle] < column) from = middle + 1;
    else to = middle;
  }
  return from < end && indices[from] === column;
}

function scoresOf({ rows, columns, indptr, indices }: Rows, trees: Tree[], base: number): Float64Array {
  const scores = new Float64Array(rows).fill(base);
  const own = new Uint8Array(columns.length);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) own[indices[at]] = 1;
    for (const tree of trees) {
      let node = 0;
      while (tree.columns[node] !== -1) node = 2 * node + (own[tree.columns[node]] ? 1 : 2);
      scores[row] += tree.leaves[node];
    }
    for (let at = indptr[row]; at < indptr[row + 1]; at++) own[indices[at]] = 0;
  }
  return scores;
}
