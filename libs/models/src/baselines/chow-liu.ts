import { join } from 'node:path';
import { z } from 'zod';
import { type CodeMatrix, type Column, rowBlocks, type RowSource } from '@ehrsynth/matrix';
import { yieldToEventLoop } from '@ehrsynth/io';
import { Rng } from '@ehrsynth/random';
import { BrokenModelError } from '../errors.ts';
import { readModel, saveModel } from '../model-file.ts';
import {
  type FitControl,
  MIN_PATIENTS,
  rowsToLearn,
  type SampledRow,
  type SampleOptions,
  type Synthesizer,
} from '../synthesizer.ts';
import { Cooccurrence, nodesOf } from './nodes.ts';
import { drawValues, learnTree, type Link, surprise, Tree, treeFault } from './tree.ts';

const FORMAT = 'ehrsynth-chow-liu-1';

export const ChowLiuOptions = z.object({
  /** Without edges every code is drawn for itself: the independent marginals. */
  edges: z.boolean().default(true),
  seed: z.number().int().default(1),
});
export type ChowLiuOptions = z.infer<typeof ChowLiuOptions>;

/** A baseline without a network: a tree over demographics and codes. @see learnTree */
export class ChowLiu implements Synthesizer {
  readonly counts = 'ones';
  readonly drawsOnEngine = false;
  private tree: Link[] = [];

  constructor(
    readonly columns: readonly Column[],
    readonly options: ChowLiuOptions = ChowLiuOptions.parse({}),
  ) {}

  async fit(source: CodeMatrix | RowSource, { minPatients = MIN_PATIENTS, signal }: FitControl = {}): Promise<boolean> {
    const rows = rowsToLearn(source);
    const all = Int32Array.from({ length: rows.rows }, (_, row) => row);
    const counts = new Cooccurrence(this.columns.length, minPatients);
    try {
      for await (const block of rowBlocks(rows, all)) {
        signal?.throwIfAborted();
        counts.add(block);
      }
      this.tree = await learnTree(nodesOf(this.columns), counts, this.options.edges, minPatients, signal);
      return true;
    } catch (error) {
      if (signal?.aborted) return false;
      throw error;
    }
  }

  async *sample(
    rows: number,
    { seed, range: [first, end] = [0, rows], signal }: SampleOptions,
  ): AsyncGenerator<SampledRow> {
    const nodes = nodesOf(this.columns);
    for (let row = first; row < end; row++) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const values = drawValues(this.tree, new Rng(seed).fork(`row/${row}`));
      const entries: [number, number][] = [];
      values.forEach((value, node) => value > 0 && entries.push([nodes[node].columns[value - 1], 1]));
      yield { row, entries: entries.sort(([a], [b]) => a - b) };
    }
  }

  /** −log likelihood, in nats. */
  async reconstructionError(matrix: CodeMatrix): Promise<Float64Array> {
    const nodes = nodesOf(this.columns);
    const place = new Map(
      nodes.flatMap(({ columns }, node) => columns.map((column, i) => [column, [node, i + 1]] as const)),
    );
    return Float64Array.from({ length: matrix.rows }, (_, row) => {
      const values = new Int32Array(nodes.length);
      for (const [column] of matrix.entries(row)) {
        const [node, value] = place.get(column)!;
        values[node] = value;
      }
      return surprise(this.tree, values);
    });
  }

  async save(folder: string): Promise<void> {
    await saveModel(folder, FORMAT, this.columns, this.options, this.tree);
  }

  /** @throws UserError where the folder holds no whole model of this kind */
  static async load(folder: string): Promise<ChowLiu> {
    const parts = { options: ChowLiuOptions, learned: Tree, hasWeights: false };
    const { columns, options, learned } = await readModel(folder, FORMAT, parts);
    const fault = treeFault(learned, nodesOf(columns));
    if (fault) throw new BrokenModelError(join(folder, 'model.json'), `learned: ${fault}`);
    const model = new ChowLiu(columns, options);
    model.tree = learned;
    return model;
  }

  dispose(): void {}
}
