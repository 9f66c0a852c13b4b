import { tf } from '@ehrsynth/engine';
import { rowBlocks, type RowParts, type RowSource } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { Cooccurrence, type Node, nodesOf } from '../baselines/nodes.ts';
import { drawValues, learnTree, type Link } from '../baselines/tree.ts';

/**
 * How demographics stand together in some rows: the tree over their groups, each value given one other, from counts of 0 or at least k
 * rows. Whole combinations are not kept: many of them are of one patient.
 */
export async function demographicTree(source: RowSource, members: Int32Array, k: number): Promise<Link[]> {
  const { firstCode, columns } = source;
  const counts = new Cooccurrence(firstCode, k);
  for await (const block of rowBlocks(source, members)) counts.add(demographicsOf(block, firstCode));
  return learnTree(demographicNodes(columns), counts, true, k);
}

/** So many rows of demographic columns, 0 or 1. */
export function drawDemographics(tree: readonly Link[], nodes: readonly Node[], rows: number, rng: Rng): tf.Tensor2D {
  const width = nodes.reduce((sum, { columns }) => sum + columns.length, 0);
  const cells = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    drawValues(tree, rng).forEach((value, node) => {
      if (value > 0) cells[row * width + nodes[node].columns[value - 1]] = 1;
    });
  }
  return tf.tensor2d(cells, [rows, width]);
}

/** The demographic groups of columns. */
export function demographicNodes(columns: RowSource['columns']): Node[] {
  return nodesOf(columns.filter(({ kind }) => kind === 'demographic'));
}

function demographicsOf({ indptr, indices }: RowParts, firstCode: number): Pick<RowParts, 'indptr' | 'indices'> {
  const own: number[] = [];
  const ends = Int32Array.from(indptr);
  for (let row = 0; row + 1 < indptr.length; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) if (indices[at] < firstCode) own.push(indices[at]);
    ends[row + 1] = own.length;
  }
  return { indptr: ends, indices: Int32Array.from(own) };
}
