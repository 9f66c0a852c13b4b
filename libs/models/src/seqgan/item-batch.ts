import { SparseBatch } from '@ehrsynth/engine';
import type { LifeRows } from '@ehrsynth/sequence';

/** Whole lives as the discriminator takes them: a row for each item, at its end, and one at the end of the life. Dispose of it after use. */
export class ItemBatch {
  /** What each row adds to the one before it. */
  readonly added: SparseBatch;
  /** Of each life the row after its last. */
  readonly ends: Int32Array;
  /** Lives × rows: the mean over a life's rows. */
  readonly means: SparseBatch;

  /** @param lifeRows of whole lives, token by token @param endOfVisit the token */
  constructor({ chosen, ends: lifeEnds, indptr, indices, values }: LifeRows, features: number, endOfVisit: number) {
    const starts = [0];
    const columns: number[] = [];
    const weights: number[] = [];
    const ends: number[] = [];
    let row = 0;
    for (const end of lifeEnds) {
      const changes = new Map<number, number>();
      for (; row < end; row++) {
        for (let at = indptr[row]; at < indptr[row + 1]; at++)
          changes.set(indices[at], (changes.get(indices[at]) ?? 0) + values[at]);
        if (chosen[row] !== endOfVisit && row < end - 1) continue;
        for (const [feature, change] of changes) if (change !== 0) weights[columns.push(feature) - 1] = change;
        starts.push(columns.length);
        changes.clear();
      }
      ends.push(starts.length - 1);
    }
    const rows = starts.length - 1;
    this.ends = Int32Array.from(ends);
    this.added = new SparseBatch({
      rows,
      columns: features,
      indptr: Int32Array.from(starts),
      indices: Int32Array.from(columns),
      values: Float32Array.from(weights),
    });
    this.means = new SparseBatch({
      rows: ends.length,
      columns: rows,
      indptr: Int32Array.from([0, ...ends]),
      indices: Int32Array.from({ length: rows }, (_, i) => i),
      values: Float32Array.from(ends.flatMap((end, i) => meanOf(end - (ends[i - 1] ?? 0)))),
    });
  }

  dispose(): void {
    this.added.dispose();
    this.means.dispose();
  }
}

/** So many weights of one in their number. */
function meanOf(count: number): number[] {
  return Array<number>(count).fill(1 / count);
}
