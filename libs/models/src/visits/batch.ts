import { type Choices, SparseBatch } from '@ehrsynth/engine';
import type { LifeRows } from '@ehrsynth/sequence';

/** Rows of one trunk: which they are, and what was chosen among its own tokens. */
export interface TrunkRows {
  rows: Int32Array;
  /** Rows × all rows: a one for each. */
  picked: SparseBatch;
  choices: Choices;
}

/** Parts of lives as the network takes them: one row for each token. Dispose of it after use. */
export class LifeBatch {
  readonly added: SparseBatch;
  /** Of each part of a life the row after its last. */
  readonly ends: Int32Array;
  readonly parts: TrunkRows[];

  /** @param firstInVisit the first token of the second trunk */
  constructor(
    { rows, indptr, indices, values, ends, from, to, chosen }: LifeRows,
    features: number,
    firstInVisit: number,
  ) {
    this.added = new SparseBatch({ rows, columns: features, indptr, indices, values });
    this.ends = ends;
    const own: [number[], number[]] = [[], []];
    for (let row = 0; row < rows; row++) own[chosen[row] < firstInVisit ? 0 : 1].push(row);
    this.parts = own.map((list, part) => {
      const picked = Int32Array.from(list);
      const offset = part === 0 ? 0 : firstInVisit;
      const of = (numbers: Int32Array) => picked.map((row) => numbers[row] - offset);
      return {
        rows: picked,
        picked: new SparseBatch({
          rows: picked.length,
          columns: rows,
          indptr: Int32Array.from({ length: picked.length + 1 }, (_, i) => i),
          indices: picked,
        }),
        choices: { from: of(from), to: of(to), chosen: of(chosen) },
      };
    });
  }

  dispose(): void {
    this.added.dispose();
    for (const { picked } of this.parts) picked.dispose();
  }
}
