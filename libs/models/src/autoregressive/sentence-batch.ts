import { type Choices, SparseBatch } from '@ehrsynth/engine';
import type { Clusters } from './clusters.ts';
import type { Sets, Tokens } from './tokens.ts';

/** Some patients' sentences as the network takes them: one row for every beginning. Dispose of it after use. */
export class SentenceBatch {
  /** The token that each beginning has more than the one before it. */
  readonly added: SparseBatch;
  /** Of each patient the row after the last. */
  readonly ends: Int32Array;
  readonly head: Choices;
  /** Of each cluster the beginnings after which a code of it came, one row each, and which code. */
  readonly tails: { rows: Int32Array; picked: SparseBatch; choices: Choices }[];

  constructor(tokens: Tokens, clusters: Clusters, sets: Sets) {
    const { added, ends, choices } = tokens.beginnings(sets);
    const { head, tails } = clusters.split(choices);
    this.added = new SparseBatch(added);
    this.ends = ends;
    this.head = head;
    this.tails = tails.map(({ rows, choices: own }) => {
      const indptr = Int32Array.from({ length: rows.length + 1 }, (_, i) => i);
      const picked = new SparseBatch({ rows: rows.length, columns: added.rows, indptr, indices: rows });
      return { rows, picked, choices: own };
    });
  }

  dispose(): void {
    for (const { picked } of this.tails) picked.dispose();
    this.added.dispose();
  }
}
