import type { Choices, Csr } from '@ehrsynth/engine';
import { type Column, type ColumnGroup, columnGroups, type RowParts } from '@ehrsynth/matrix';

/** Rows as sets of columns. */
export type Sets = Pick<RowParts, 'indptr' | 'indices'>;

/** The beginnings of sentences: those of a patient one after another, each a token longer than the one before it, the first one empty. */
export interface Beginnings {
  /** The token that each has more than the one before it; an empty row of a patient's first. */
  added: Csr;
  /** Of each patient the row after the last. */
  ends: Int32Array;
  /** What came next, and what might have. */
  choices: Choices;
}

/**
 * A row as a sentence: for each demographic group the value or that there is none, then the codes in a fixed order, then the end. Tokens
 * are numbered so that what may follow is an interval: a group's values and its absence side by side, then the codes in their order, the
 * end last.
 */
export class Tokens {
  readonly groups: { start: number; end: number }[];
  /** First code, and all tokens. */
  readonly firstCode: number;
  readonly count: number;
  /** Token of each column, and column of each token; −1 for an absence and the end. */
  readonly ofColumn: Int32Array;
  readonly columnOf: Int32Array;

  /** @param order the columns of codes, first to last */
  constructor(
    readonly columns: readonly Column[],
    readonly order: readonly number[],
  ) {
    const groups: ColumnGroup[] = columnGroups(columns);
    this.groups = groups.map(({ start, end }, i) => ({ start: start + i, end: end + i + 1 }));
    this.firstCode = this.groups.at(-1)?.end ?? 0;
    this.count = this.firstCode + order.length + 1;
    this.ofColumn = new Int32Array(columns.length).fill(-1);
    this.columnOf = new Int32Array(this.count).fill(-1);
    groups.forEach(({ start, end }, i) => {
      for (let column = start; column < end; column++) this.pair(column, column + i);
    });
    order.forEach((column, rank) => this.pair(column, this.firstCode + rank));
  }

  get end(): number {
    return this.count - 1;
  }

  /** What may follow after so many tokens, the last of which is given. */
  following(length: number, last: number): [from: number, to: number] {
    const group = this.groups[length];
    if (group) return [group.start, group.end];
    return [length === this.groups.length ? this.firstCode : last + 1, this.count];
  }

  /** The tokens of a row's columns, with the end. */
  sentence(columns: ArrayLike<number>): number[] {
    const own = Array.from(columns, (column) => this.ofColumn[column]).sort((a, b) => a - b);
    const demographics = this.groups.map(
      ({ start, end }) => own.find((token) => token >= start && token < end) ?? end - 1,
    );
    return [...demographics, ...own.filter((token) => token >= this.firstCode), this.end];
  }

  /** Every beginning of the sentences of some rows, and what came next. */
  beginnings({ indptr, indices }: Sets): Beginnings {
    const sentences = Array.from({ length: indptr.length - 1 }, (_, row) =>
      this.sentence(indices.subarray(indptr[row], indptr[row + 1])),
    );
    const rows = sentences.reduce((sum, { length }) => sum + length, 0);
    const added = {
      rows,
      columns: this.count,
      indptr: new Int32Array(rows + 1),
      indices: new Int32Array(rows - sentences.length),
    };
    const choices = { from: new Int32Array(rows), to: new Int32Array(rows), chosen: new Int32Array(rows) };
    const ends = new Int32Array(sentences.length);
    let [row, entry] = [0, 0];
    sentences.forEach((sentence, patient) => {
      sentence.forEach((token, length) => {
        if (length > 0) added.indices[entry++] = sentence[length - 1];
        [choices.from[row], choices.to[row]] = this.following(length, sentence[length - 1]);
        choices.chosen[row] = token;
        added.indptr[++row] = entry;
      });
      ends[patient] = row;
    });
    return { added, ends, choices };
  }

  private pair(column: number, token: number): void {
    this.ofColumn[column] = token;
    this.columnOf[token] = column;
  }
}
