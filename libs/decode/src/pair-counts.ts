import type { Column } from '@ehrsynth/matrix';
import type { CodedEvent } from '@ehrsynth/records';
import { shareOf } from './shares.ts';
import type { CodeTimeline } from './timeline.ts';

const PARTNERS = 5;
const TOGETHER_SHARE = 0.3;
const AFTER_SHARE = 0.95;
const AFTER_LIFT = 2;
/** Of a patient's columns, how many pairs are looked at, at most: records of thousands of codes stay quick. */
const COLUMNS_PER_PATIENT = 300;

/** Columns from … to, the last one excluded. */
export interface ColumnBlock {
  from: number;
  to: number;
}

/** Blocks of columns, each of which has no more pairs with the others than given; one column at least. */
export function columnBlocks(columns: readonly Column[], mostPairs: number): ColumnBlock[] {
  const size = Math.max(1, Math.floor(mostPairs / Math.max(1, columns.filter(isPartner).length)));
  return Array.from({ length: Math.max(1, Math.ceil(columns.length / size)) }, (_, i) => ({
    from: i * size,
    to: Math.min(columns.length, (i + 1) * size),
  }));
}

/**
 * Of ordered pairs of columns (one of a block, any other that is no drug): in how many patients they meet, and in which order. Three whole numbers for
 * each pair, however many patients there are.
 */
export class PairCounts {
  /** Columns that are no drugs, and the place of each column among them, −1 for a drug. */
  private readonly partners: readonly number[];
  private readonly placeOf: Int32Array;
  /** Block × partners: patients who have both. */
  private readonly both: Uint32Array;
  /** The first occurrence of one stands in an encounter of the other. */
  private readonly together: Uint32Array;
  /** The first occurrence of one is not before the first of the other. */
  private readonly notBefore: Uint32Array;
  private readonly carriers: Uint32Array;

  constructor(
    private readonly columns: readonly Column[],
    private readonly k: number,
    private readonly block: ColumnBlock,
  ) {
    this.partners = [...columns.keys()].filter((column) => isPartner(columns[column]));
    this.placeOf = new Int32Array(columns.length).fill(-1);
    this.partners.forEach((column, place) => (this.placeOf[column] = place));
    const pairs = (block.to - block.from) * this.partners.length;
    [this.both, this.together, this.notBefore] = Array.from({ length: 3 }, () => new Uint32Array(pairs));
    this.carriers = new Uint32Array(columns.length);
  }

  /** Counts a patient, by the events of each column. */
  add(occurrences: Map<number, CodedEvent[]>): void {
    const known = [...occurrences].slice(0, COLUMNS_PER_PATIENT).map(([column, events]) => {
      this.carriers[column]++;
      const starts = events.map((event) => event.start ?? '9999');
      const first = starts.reduce((a, b) => (a < b ? a : b));
      return {
        column,
        first,
        firstEncounter: events[starts.indexOf(first)].encounter,
        encounters: new Set(events.map((event) => event.encounter)),
      };
    });
    const { from, to } = this.block;
    const others = known.filter(({ column }) => this.placeOf[column] !== -1);
    for (const one of known) {
      if (one.column < from || one.column >= to) continue;
      for (const other of others) {
        if (one === other) continue;
        const pair = this.pairOf(one.column, other.column);
        this.both[pair]++;
        if (one.firstEncounter !== undefined && other.encounters.has(one.firstEncounter)) this.together[pair]++;
        if (one.first >= other.first) this.notBefore[pair]++;
      }
    }
  }

  /** What was learned of the company of a column of the block, from pairs that at least k patients have. */
  of(column: number, patients: number): Pick<CodeTimeline, 'together' | 'after'> {
    const { k } = this;
    const found: { other: number; both: number; together: number; notBefore: number }[] = [];
    for (const other of this.partners) {
      const pair = this.pairOf(column, other);
      const both = this.both[pair];
      if (both > 0 && both >= k)
        found.push({ other, both, together: this.together[pair], notBefore: this.notBefore[pair] });
    }
    const together = found
      .filter((pair) => pair.together >= k && pair.together / pair.both >= TOGETHER_SHARE)
      .sort((a, b) => b.together - a.together)
      .slice(0, PARTNERS)
      .map((pair) => ({ column: pair.other, probability: shareOf(pair.together, pair.both, k) }));
    const lift = ({ other, both }: (typeof found)[number]) =>
      (both * patients) / (this.carriers[column] * this.carriers[other]);
    const after =
      this.columns[column].kind === 'drug'
        ? found
            .filter((pair) => this.columns[pair.other].kind === 'condition' && lift(pair) >= AFTER_LIFT)
            .filter((pair) => pair.notBefore >= k && pair.notBefore / pair.both >= AFTER_SHARE)
            .sort((a, b) => lift(b) - lift(a))
            .slice(0, PARTNERS)
            .map(({ other }) => other)
        : [];
    return {
      together: together.length > 0 ? together : undefined,
      after: after.length > 0 ? after : undefined,
    };
  }

  private pairOf(one: number, other: number): number {
    return (one - this.block.from) * this.partners.length + this.placeOf[other];
  }
}

/** A drug stands with others; others do not stand with a drug. */
function isPartner({ kind }: Column): boolean {
  return kind !== 'drug';
}
