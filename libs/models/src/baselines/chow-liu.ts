import { z } from 'zod';
import { CodeMatrix, type Column, type RowSource, rowsInMemory } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { readModel, saveModel } from '../model-file.ts';
import type { SampledRow, SampleOptions, Synthesizer } from '../synthesizer.ts';
import { Cooccurrence, type Node, nodesOf } from './nodes.ts';

const FORMAT = 'ehrsynth-chow-liu-1';
/** Added to each cell, for pairs of values that no row has. */
const PRIOR = 0.5;

export const ChowLiuOptions = z.object({
  /** Without edges every code is drawn for itself: the independent marginals. */
  edges: z.boolean().default(true),
  seed: z.number().int().default(1),
});
export type ChowLiuOptions = z.infer<typeof ChowLiuOptions>;

/** A node in the order of drawing: its parent, −1 for none, and the chances of its values for each value of the parent. */
interface Link {
  node: number;
  parent: number;
  chances: number[][];
}

/**
 * A baseline without a network: the tree over demographics and codes that loses least of their joint distribution, which is the one whose
 * edges have the most mutual information.
 * @see Chow, Liu 1968
 */
export class ChowLiu implements Synthesizer {
  readonly counts = 'ones';
  private links: Link[] = [];

  constructor(
    readonly columns: readonly Column[],
    readonly options: ChowLiuOptions = ChowLiuOptions.parse({}),
  ) {}

  async fit(source: CodeMatrix | RowSource): Promise<boolean> {
    const rows = source instanceof CodeMatrix ? rowsInMemory(source) : source;
    const all = await rows.take(Int32Array.from({ length: rows.rows }, (_, row) => row));
    const counts = new Cooccurrence(this.columns.length, all);
    const nodes = nodesOf(this.columns);
    const tree = this.options.edges ? spanningTree(nodes, counts) : nodes.map((_, node) => ({ node, parent: -1 }));
    this.links = tree.map(({ node, parent }) => ({
      node,
      parent,
      chances: parent === -1 ? [shares(counts.counts(nodes[node]))] : conditional(nodes[parent], nodes[node], counts),
    }));
    return true;
  } // prettier-ignore

  async *sample(rows: number, { seed, shard: [part, parts] = [1, 1] }: SampleOptions): AsyncGenerator<SampledRow> {
    const nodes = nodesOf(this.columns);
    const [first, end] = [part - 1, part].map((edge) => Math.floor((edge * rows) / parts));
    for (let row = first; row < end; row++) {
      const rng = new Rng(seed).fork(`row/${row}`);
      const values = new Int32Array(nodes.length);
      const entries: [number, number][] = [];
      for (const { node, parent, chances } of this.links) {
        values[node] = rng.weighted(chances[parent === -1 ? 0 : values[parent]]);
        if (values[node] > 0) entries.push([nodes[node].columns[values[node] - 1], 1]);
      }
      yield { row, entries: entries.sort(([a], [b]) => a - b) };
    }
  } // prettier-ignore

  /** −log likelihood, in nats. */
  async reconstructionError(matrix: CodeMatrix): Promise<Float64Array> {
    const nodes = nodesOf(this.columns);
    const place = new Map(nodes.flatMap(({ columns }, node) => columns.map((column, i) => [column, [node, i + 1]] as const)));
    return Float64Array.from({ length: matrix.rows }, (_, row) => {
      const values = new Int32Array(nodes.length);
      for (const [column] of matrix.entries(row)) {
        const [node, value] = place.get(column)!;
        values[node] = value;
      }
      return this.links.reduce((sum, { node, parent, chances }) => sum - Math.log(chances[parent === -1 ? 0 : values[parent]][values[node]]), 0);
    });
  } // prettier-ignore

  async save(folder: string): Promise<void> {
    await saveModel(folder, FORMAT, this.columns, this.options, this.links);
  }

  /** @throws UserError where the folder holds no whole model of this kind */
  static async load(folder: string): Promise<ChowLiu> {
    const { columns, options, learned } = await readModel<Link[]>(folder, FORMAT);
    const model = new ChowLiu(columns, ChowLiuOptions.parse(options));
    model.links = learned;
    return model;
  }

  dispose(): void {}
}

/** Prim's algorithm from the first node on, by mutual information. */
function spanningTree(nodes: Node[], counts: Cooccurrence): Pick<Link, 'node' | 'parent'>[] {
  const best = new Float64Array(nodes.length).fill(-1);
  const parents = new Int32Array(nodes.length).fill(-1);
  const left = new Set(nodes.keys());
  const tree: Pick<Link, 'node' | 'parent'>[] = [];
  while (left.size > 0) {
    const node = [...left].reduce((a, b) => (best[b] > best[a] ? b : a));
    left.delete(node);
    tree.push({ node, parent: parents[node] });
    for (const other of left) {
      const information = mutualInformation(counts.table(nodes[node], nodes[other]), nodes[other].columns.length + 1, counts.rows); // prettier-ignore
      if (information > best[other]) [best[other], parents[other]] = [information, node];
    }
  }
  return tree;
}

/** Of a table of counts with so many columns, in nats. */
export function mutualInformation(table: Float64Array, width: number, total: number): number {
  const height = table.length / width;
  const [down, across] = [new Float64Array(height), new Float64Array(width)];
  table.forEach((count, i) => {
    down[Math.floor(i / width)] += count;
    across[i % width] += count;
  });
  return table.reduce((sum, count, i) => {
    if (count <= 0) return sum;
    return sum + (count / total) * Math.log((count * total) / (down[Math.floor(i / width)] * across[i % width]));
  }, 0);
} // prettier-ignore

function conditional(parent: Node, child: Node, counts: Cooccurrence): number[][] {
  const table = counts.table(parent, child);
  const width = child.columns.length + 1;
  const usual = shares(counts.counts(child));
  // The prior is spread as the child's values usually are, so that what is rare stays rare.
  return Array.from({ length: table.length / width }, (_, value) =>
    shares(Array.from(table.subarray(value * width, (value + 1) * width), (count, i) => count + PRIOR * usual[i])),
  );
} // prettier-ignore

function shares(counts: number[]): number[] {
  const total = counts.reduce((sum, count) => sum + Math.max(0, count), 0);
  return counts.map((count) => Math.max(0, count) / total);
}
