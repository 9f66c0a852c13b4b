import { yieldToEventLoop } from '@ehrsynth/io';
import type { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { isSmall, joinSmallCells, mutualInformation } from './join-small-cells.ts';
import type { Cooccurrence, Node } from './nodes.ts';

/** Added to each cell, for pairs of values that no row has. */
const PRIOR = 0.5;
/** Chance of what the tree takes for impossible, so that a likelihood of it is a number. */
const LEAST_CHANCE = 1e-9;

/** A node in the order of drawing: its parent, −1 for none, and the chances of its values for each value of the parent. */
const Link = z.object({
  node: z.number().int().min(0),
  parent: z.number().int().min(-1),
  chances: z.array(z.array(z.number().min(0).max(1))),
});
export type Link = z.infer<typeof Link>;
export const Tree = z.array(Link);

/** Chances sum to 1 but for rounding. */
const ROUNDING = 1e-6;

/** What is wrong with a tree over these nodes that a file holds; undefined where nothing is. */
export function treeFault(tree: readonly Link[], nodes: readonly Node[]): string | undefined {
  if (tree.length !== nodes.length) return `${tree.length} nodes, but the columns need ${nodes.length}`;
  const drawn = new Set<number>();
  for (const { node, parent, chances } of tree) {
    if (node >= nodes.length || drawn.has(node)) return `node ${node} does not exist, or occurs twice`;
    if (parent !== -1 && !drawn.has(parent)) return `node ${node} comes before its parent`;
    drawn.add(node);
    const [rows, width] = [parent === -1 ? 1 : nodes[parent].columns.length + 1, nodes[node].columns.length + 1];
    const isWhole = (row: number[]) =>
      row.length === width && Math.abs(row.reduce((sum, chance) => sum + chance, 0) - 1) < ROUNDING;
    if (chances.length !== rows || !chances.every(isWhole))
      return `the probabilities of node ${node} do not match its columns`;
  }
  return undefined;
}

/**
 * The tree over some nodes that loses least of their joint distribution, which is the one whose edges have the most mutual information,
 * from tables without small cells (see `joinSmallCells`): the chances rest on counts of 0 or at least k rows, and on no others.
 * @param edges without them every node is drawn for itself
 * @throws the signal's reason, once it is given
 * @see Chow, Liu 1968
 */
export async function learnTree(
  nodes: Node[],
  counts: Cooccurrence,
  edges: boolean,
  k: number,
  signal?: AbortSignal,
): Promise<Link[]> {
  const tree = edges ? await spanningTree(nodes, counts, k, signal) : nodes.map((_, node) => ({ node, parent: -1 }));
  return tree.map(({ node, parent }) => ({
    node,
    parent,
    chances: parent === -1 ? [shares(counts.counts(nodes[node]))] : conditional(nodes[parent], nodes[node], counts, k),
  }));
}

/** A value of each node, drawn from the tree. */
export function drawValues(tree: readonly Link[], rng: Rng): Int32Array {
  const values = new Int32Array(tree.length);
  for (const { node, parent, chances } of tree)
    values[node] = rng.weighted(chances[parent === -1 ? 0 : values[parent]]);
  return values;
}

/** −log chance of a value of each node, in nats. */
export function surprise(tree: readonly Link[], values: Int32Array): number {
  return tree.reduce((sum, { node, parent, chances }) => {
    const chance = chances[parent === -1 ? 0 : values[parent]][values[node]];
    return sum - Math.log(Math.max(LEAST_CHANCE, chance));
  }, 0);
}

/** Prim's algorithm from the first node on, by mutual information. */
async function spanningTree(
  nodes: Node[],
  counts: Cooccurrence,
  k: number,
  signal?: AbortSignal,
): Promise<Pick<Link, 'node' | 'parent'>[]> {
  const best = new Float64Array(nodes.length).fill(-1);
  const parents = new Int32Array(nodes.length).fill(-1);
  const left = new Set(nodes.keys());
  const tree: Pick<Link, 'node' | 'parent'>[] = [];
  while (left.size > 0) {
    const node = [...left].reduce((a, b) => (best[b] > best[a] ? b : a));
    left.delete(node);
    tree.push({ node, parent: parents[node] });
    for (const other of left) {
      const information = informationOf(nodes[node], nodes[other], counts, k);
      if (information > best[other]) [best[other], parents[other]] = [information, node];
    }
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  return tree;
}

function informationOf(a: Node, b: Node, counts: Cooccurrence, k: number): number {
  const table = counts.table(a, b);
  const width = b.columns.length + 1;
  if (!table.some((count) => isSmall(count, k))) return mutualInformation(rowsOf(table, width));
  // Two values each: whatever is joined, nothing is left.
  return table.length === 4 ? 0 : mutualInformation(joinSmallCells(table, width, k).cells);
}

/** Chances of the child's values for each value of the parent. */
function conditional(parent: Node, child: Node, counts: Cooccurrence, k: number): number[][] {
  const { rowGroups, columnGroups, cells } = joinSmallCells(counts.table(parent, child), child.columns.length + 1, k);
  const usual = shares(counts.counts(child));
  const usualOfGroup = cells[0].map((_, group) =>
    usual.reduce((sum, share, value) => sum + (columnGroups[value] === group ? share : 0), 0),
  );
  // The prior is spread as the child's values usually are, so that what is rare stays rare; so is what a group of them has together.
  return rowGroups.map((row) =>
    shares(
      usual.map((share, value) => {
        const group = columnGroups[value];
        return share === 0 ? 0 : (cells[row][group] * share) / usualOfGroup[group] + PRIOR * share;
      }),
    ),
  );
}

function rowsOf(table: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: table.length / width }, (_, row) => table.subarray(row * width, (row + 1) * width));
}

function shares(counts: number[]): number[] {
  const total = counts.reduce((sum, count) => sum + Math.max(0, count), 0);
  return counts.map((count) => Math.max(0, count) / total);
}
