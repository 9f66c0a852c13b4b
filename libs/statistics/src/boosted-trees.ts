import { type Classifier, logOdds, type Rows } from './classifier.ts';

const TREES = 100;
const DEPTH = 4;
const SHRINKAGE = 0.1;
/** L2 on the leaves, and the least Hessian on either side of a split: XGBoost's lambda and min_child_weight. */
const LAMBDA = 1;
const MIN_CHILD = 1;
/** Nodes of a tree, and those that are above others. */
const SIZE = 2 ** (DEPTH + 1) - 1;
const INNER = 2 ** DEPTH - 1;

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
  const growing = new Growing(rows, labels, hidden, base);
  const importance = new Float64Array(rows.columns.length);
  const trees: Tree[] = [];
  for (let round = 0; round < TREES; round++) {
    const tree = growing.tree(importance);
    if (tree.columns[0] === -1) break;
    trees.push(tree);
  }
  return { score: (others) => scoresOf(others, trees, base), importance };
}

/** Gradients, Hessians and nodes of all rows while trees are grown on them, one after another. */
class Growing {
  /** Columns that a split may be by, ascending, and their entries row by row, as places among them. */
  private readonly candidates: Int32Array;
  private readonly indptr: Int32Array;
  private readonly indices: Int32Array;
  private readonly scores: Float64Array;
  private readonly gradients: Float64Array;
  private readonly hessians: Float64Array;
  /** Rows in the order of their nodes, those of one ascending; where those of each node begin and end. */
  private readonly order: Int32Array;
  private readonly moved: Int32Array;
  private readonly begins = new Int32Array(SIZE);
  private readonly ends = new Int32Array(SIZE);
  /** Of each inner node, over the rows that have each candidate, the sum of gradients and that of Hessians beside it. */
  private readonly sums: Float64Array[];
  /** Candidates whose Hessians at a node are enough for a split: below it no others can be. */
  private readonly enough: Int32Array[];

  constructor(
    private readonly rows: Rows,
    private readonly labels: Uint8Array,
    hidden: ReadonlySet<number>,
    base: number,
  ) {
    this.candidates = candidatesOf(rows, hidden);
    const placeOf = new Int32Array(rows.columns.length).fill(-1);
    this.candidates.forEach((column, place) => (placeOf[column] = place));
    this.indptr = new Int32Array(rows.rows + 1);
    const indices = new Int32Array(rows.indptr[rows.rows]);
    let at = 0;
    for (let row = 0; row < rows.rows; row++) {
      for (let i = rows.indptr[row]; i < rows.indptr[row + 1]; i++)
        if (placeOf[rows.indices[i]] !== -1) indices[at++] = placeOf[rows.indices[i]];
      this.indptr[row + 1] = at;
    }
    this.indices = indices.subarray(0, at);
    this.scores = new Float64Array(rows.rows).fill(base);
    [this.gradients, this.hessians] = [new Float64Array(rows.rows), new Float64Array(rows.rows)];
    [this.order, this.moved] = [new Int32Array(rows.rows), new Int32Array(rows.rows)];
    const { length } = this.candidates;
    this.sums = Array.from({ length: INNER }, () => new Float64Array(2 * length));
    this.enough = Array.from({ length: INNER }, () => new Int32Array(length));
  }

  /** One tree; the scores of the rows move by its leaves. */
  tree(importance: Float64Array): Tree {
    const { scores, labels, gradients, hessians, order, begins, ends, candidates } = this;
    const rows = this.rows.rows;
    for (let row = 0; row < rows; row++) {
      const p = 1 / (1 + Math.exp(-scores[row]));
      gradients[row] = p - labels[row];
      hessians[row] = p * (1 - p);
      order[row] = row;
    }
    begins.fill(0);
    ends.fill(0);
    ends[0] = rows;
    const tree: Tree = { columns: new Int32Array(SIZE).fill(-1), leaves: new Float64Array(SIZE) };
    const among: Int32Array[] = [Int32Array.from(candidates.keys())];
    for (let node = 0; node < SIZE; node++) {
      if (begins[node] === ends[node]) continue;
      let [total, totalHessian] = [0, 0];
      for (let i = begins[node]; i < ends[node]; i++) {
        total += gradients[order[i]];
        totalHessian += hessians[order[i]];
      }
      tree.leaves[node] = (-SHRINKAGE * total) / (totalHessian + LAMBDA);
      let place = -1;
      if (node < INNER) {
        if (node === 0) this.addUp(node, among[0]);
        const split = this.bestSplit(node, among[node], total, totalHessian);
        place = split.place;
        if (place !== -1) {
          tree.columns[node] = candidates[place];
          importance[candidates[place]] += split.gain;
          this.divide(node, place);
          among[2 * node + 1] = among[2 * node + 2] = split.enough;
          if (2 * node + 1 < INNER) this.sumsOfChildren(node, split.enough);
        }
      }
      if (place === -1) for (let i = begins[node]; i < ends[node]; i++) scores[order[i]] += tree.leaves[node];
    }
    return tree;
  }

  /** Adds up what the rows of a node have. @param among candidates that count */
  private addUp(node: number, among: Int32Array): void {
    const { indptr, indices, gradients, hessians, order } = this;
    const sums = this.sums[node];
    for (const place of among) sums[2 * place] = sums[2 * place + 1] = 0;
    for (let i = this.begins[node]; i < this.ends[node]; i++) {
      const row = order[i];
      const [gradient, hessian] = [gradients[row], hessians[row]];
      for (let at = indptr[row]; at < indptr[row + 1]; at++) {
        const place = 2 * indices[at];
        sums[place] += gradient;
        sums[place + 1] += hessian;
      }
    }
  }

  /** Of two children only the one with fewer rows is added up; the other is what the parent has more. */
  private sumsOfChildren(node: number, among: Int32Array): void {
    const [left, right] = [2 * node + 1, 2 * node + 2];
    const isLeft = this.ends[left] - this.begins[left] <= this.ends[right] - this.begins[right];
    const [fewer, other] = isLeft ? [left, right] : [right, left];
    this.addUp(fewer, among);
    const [own, above, less] = [this.sums[other], this.sums[node], this.sums[fewer]];
    for (const place of among) {
      own[2 * place] = above[2 * place] - less[2 * place];
      own[2 * place + 1] = above[2 * place + 1] - less[2 * place + 1];
    }
  }

  /** @returns the place of the candidate, or −1; and the candidates that may be split by below */
  private bestSplit(
    node: number,
    among: Int32Array,
    total: number,
    totalHessian: number,
  ): { place: number; gain: number; enough: Int32Array } {
    const sums = this.sums[node];
    const enough = this.enough[node];
    const whole = (total * total) / (totalHessian + LAMBDA);
    let [best, most, count] = [-1, 1e-9, 0];
    for (const place of among) {
      const hessian = sums[2 * place + 1];
      if (hessian < MIN_CHILD) continue;
      enough[count++] = place;
      const rest = totalHessian - hessian;
      if (rest < MIN_CHILD) continue;
      const gradient = sums[2 * place];
      const without = total - gradient;
      const gain = ((gradient * gradient) / (hessian + LAMBDA) + (without * without) / (rest + LAMBDA) - whole) / 2;
      if (gain > most) [best, most] = [place, gain];
    }
    return { place: best, gain: most, enough: enough.subarray(0, count) };
  }

  /** Moves the rows of a node to its children: those that have the candidate first. */
  private divide(node: number, place: number): void {
    const { order, moved, indptr, indices, begins, ends } = this;
    const [begin, end] = [begins[node], ends[node]];
    let [having, lacking] = [begin, 0];
    for (let i = begin; i < end; i++) {
      const row = order[i];
      if (has(indices, indptr[row], indptr[row + 1], place)) order[having++] = row;
      else moved[lacking++] = row;
    }
    order.set(moved.subarray(0, lacking), having);
    [begins[2 * node + 1], ends[2 * node + 1]] = [begin, having];
    [begins[2 * node + 2], ends[2 * node + 2]] = [having, end];
  }
}

/**
 * The columns that a split may be by, ascending. The Hessian of a row is p(1 − p), a quarter at most, so that of a column that fewer than
 * four rows have, or lack, one side is never enough.
 */
function candidatesOf({ rows, columns, indptr, indices }: Rows, hidden: ReadonlySet<number>): Int32Array {
  const carriers = new Int32Array(columns.length);
  for (let at = 0; at < indptr[rows]; at++) carriers[indices[at]]++;
  const fewest = MIN_CHILD / 0.25;
  const may = (column: number) =>
    carriers[column] >= fewest && rows - carriers[column] >= fewest && !hidden.has(column);
  return Int32Array.from(carriers.keys()).filter(may);
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
