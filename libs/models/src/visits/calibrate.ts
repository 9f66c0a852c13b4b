import { tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { Copies, type Life } from '@ehrsynth/sequence';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';
import { BLOCK_LIVES, LifeSampler } from './sample.ts';
import { shift, sumOf } from './shift.ts';
import { type Tally, tallyOf } from './context-tally.ts';

/** How often lives are drawn, and how much of what they lack is made up for each time. */
const ROUNDS = 12;
const SHARE = 0.7;
/**
 * What they lack is partly chance, the more so where some have hundreds of visits: the tables become the mean of those of the last rounds
 * (Polyak and Juditsky 1992).
 */
const AVERAGED = 6;
/** Of what they lack in further contexts, which overlap. */
const FURTHER = 0.25;
/** Lives that are drawn each time; of long ones so many that they have this number of events together, but one block at least. */
const MOST_LIVES = 4000;
const MOST_EVENTS = 500_000;
/** Events that are taken to be there of everything beside those that are, so that what is rare moves little; and the farthest move. */
const PRIOR = 10;
const FARTHEST = 1;

/**
 * Lives that a model draws drift: what it gets wrong once, it goes on from. Here it draws lives, and its tables are moved until each token
 * comes as often as in the lives that it learned from: gaps and the end of the record, classes and stays, also by how often there were visits
 * of late and when a code is due; codes for the first time, also by age, sex, the time since the first visit and the season; and codes
 * again, by how long ago they were there and when they are due. By as much as log(real rate / drawn rate): a tilt of the distribution to given
 * means (Csiszár 1975). False where it was stopped.
 * @param real the lives that it learned from, counted
 * @param coarseness what these counts were rounded to at random, where they were: what is rare moves so much less
 */
export async function calibrate(
  network: VisitsNetwork,
  language: Language,
  real: Tally,
  seed: number,
  signal?: AbortSignal,
  coarseness = 1,
): Promise<boolean> {
  const wanted = Math.min(
    MOST_LIVES,
    real.lives,
    Math.ceil((MOST_EVENTS * real.lives) / Math.max(1, sumOf(real.events))),
  );
  const mean = new MeanOfTables(network);
  for (let round = 0; round < ROUNDS; round++) {
    const sampler = await LifeSampler.of(network, language);
    const drawn: Life[] = [];
    const rng = new Rng(seed).fork(`calibration/${round}`);
    while (drawn.length < wanted) {
      if (signal?.aborted) return false;
      const rngs = Array.from({ length: BLOCK_LIVES }, (_, i) => rng.fork(drawn.length + i));
      drawn.push(...(await sampler.draw(rngs)));
    }
    moveTables(network, language, { real, drawn: await tallyOf(drawn, language), share: SHARE, coarseness });
    if (round >= ROUNDS - AVERAGED) await mean.add();
  }
  mean.assign();
  return true;
}

/** Moves the tables by a share of what the drawn lives lack beside the real ones. */
export function moveTables(
  network: VisitsNetwork,
  language: Language,
  { real, drawn, share, coarseness = 1 }: { real: Tally; drawn: Tally; share: number; coarseness?: number },
): void {
  new Moves(network, language, real, drawn, share, PRIOR * coarseness).make();
}

/** The mean of all that is moved, over several rounds. */
class MeanOfTables {
  private readonly tables: tf.Variable[];
  private readonly sums: Float64Array[];
  private rounds = 0;

  constructor({ trunks, codePart, copies }: VisitsNetwork) {
    this.tables = trunks.flatMap(({ table, tilt }) => (tilt ? [table, tilt] : [table]));
    this.tables.push(trunks[codePart].last.bias!, copies);
    this.sums = this.tables.map(({ size }) => new Float64Array(size));
  }

  async add(): Promise<void> {
    this.rounds++;
    for (const [i, table] of this.tables.entries())
      (await table.data()).forEach((value: number, at: number) => (this.sums[i][at] += value));
  }

  assign(): void {
    for (const [i, table] of this.tables.entries()) {
      const mean = Float32Array.from(this.sums[i], (sum) => sum / this.rounds);
      tf.tidy(() => table.assign(tf.tensor(mean, table.shape)));
    }
  }
}

/** How the tables are to be moved so that what is drawn is what was learned from. */
class Moves {
  constructor(
    private readonly network: VisitsNetwork,
    private readonly language: Language,
    private readonly real: Tally,
    private readonly drawn: Tally,
    private readonly share: number,
    /** @see PRIOR */
    private readonly prior: number,
  ) {}

  make(): void {
    const { network, real, drawn } = this;
    const { sizes, codePart } = this.language;
    for (const [part, size] of sizes.entries()) {
      const { table, tilt } = network.trunks[part];
      const moves = this.byRow(size, real.parts[part], drawn.parts[part]);
      if (part === codePart) this.codes(moves, size);
      shift(table, moves);
      if (!tilt) continue;
      shift(tilt, part === codePart ? this.firstCodes(size) : this.further(part, size));
    }
  }

  /**
   * Of each row of a table, by how often each token comes of all that come there: as much as the token lacks in all rows together, and what a
   * row lacks beyond that.
   */
  private byRow(size: number, real: Float64Array, drawn: Float64Array): Float32Array {
    const sums = [real, drawn].map((counts) => sumsOfRows(counts, size));
    const expected = real.map((count, at) => {
      const row = Math.floor(at / size);
      return scaled(count, sums[0][row], sums[1][row]);
    });
    const [ofExpected, ofDrawn] = [expected, drawn].map((counts) => totalsOf(counts, size));
    const ofAll = ofExpected.map((count, token) => this.lackOf(count, ofDrawn[token]));
    return Float32Array.from(expected, (count, at) => {
      const all = ofAll[at % size];
      return this.moveOf(all + this.lackOf(count, drawn[at], all));
    });
  }

  /** What the further contexts of a part lack beyond what all of it does. */
  private further(part: number, size: number): Float32Array {
    const { real, drawn } = this;
    const totals = [real, drawn].map((tally) => totalsOf(tally.parts[part], size));
    const all = totals.map(sumOf);
    const ofAll = totals[0].map((count, token) => this.lackOf(scaled(count, all[0], all[1]), totals[1][token]));
    const rows = [real, drawn].map((tally) => sumsOfRows(tally.further[part], size));
    return Float32Array.from(real.further[part], (count, at) => {
      const row = Math.floor(at / size);
      const expected = scaled(count, rows[0][row], rows[1][row]);
      return FURTHER * this.moveOf(this.lackOf(expected, drawn.further[part][at], ofAll[at % size]));
    });
  }

  /** Codes by class, in all nearest contexts of it; and whether they were there before, in bias and copies. @param table that the ends of visits are in */
  private codes(table: Float32Array, size: number): void {
    const { network, real, drawn } = this;
    const entries = size - 1;
    const counts = table.length / size / real.items.length;
    const bias = new Float32Array(size);
    const items = [real, drawn].map((tally) => sumOf(tally.items));
    const again = new Float32Array(network.copies.size);
    for (let entry = 0; entry < entries; entry++) {
      const lack = (of: (tally: Tally) => number) => this.lackOf(scaled(of(real), items[0], items[1]), of(drawn));
      const first = lack((tally) => tally.first[entry]);
      const all = lack((tally) => tally.first[entry] + tally.again[entry]);
      bias[entry] = this.moveOf(first) - this.moveOf(all);
      this.again(again, entry, first);
      for (const kind of real.items.keys()) {
        const at = kind * entries + entry;
        const expected = scaled(real.events[at], real.items[kind], drawn.items[kind]);
        const amount = this.moveOf(all + this.lackOf(expected, drawn.events[at], all));
        for (let count = 0; count < counts; count++) table[(kind * counts + count) * size + entry] = amount;
      }
    }
    shift(network.trunks[network.codePart].last.bias!, bias);
    shift(network.copies, again);
  }

  /** A code that was there before: by how long ago it was, and beside that by when it is due. @param first what its first one lacks */
  private again(moves: Float32Array, entry: number, first: number): void {
    const { real, drawn } = this;
    const start = entry * Copies.EACH;
    const due = start + Copies.SINCE;
    const expected = (number: number) => scaled(real.came[number], real.copies[number], drawn.copies[number]);
    let [wanted, came] = [0, 0];
    for (let number = start; number < due; number++) {
      wanted += expected(number);
      came += drawn.came[number];
    }
    const ofAll = this.lackOf(wanted, came);
    const beyond = (number: number) => this.lackOf(expected(number), drawn.came[number], ofAll);
    for (let number = start; number < due; number++)
      moves[number] = this.moveOf(ofAll + beyond(number)) - this.moveOf(first);
    for (let number = due; number < start + Copies.EACH; number++)
      moves[number] = FURTHER * this.moveOf(beyond(number));
  }

  /** Codes for the first time, by further contexts: what each lacks beyond what the code does. */
  private firstCodes(size: number): Float32Array {
    const { real, drawn } = this;
    const { codePart } = this.network;
    const [ofReal, ofDrawn] = [real, drawn].map(({ further }) => further[codePart]);
    const items = [real, drawn].map((tally) => sumOf(tally.items));
    const moves = new Float32Array(ofReal.length);
    for (let entry = 0; entry < size - 1; entry++) {
      const ofAll = this.lackOf(scaled(real.first[entry], items[0], items[1]), drawn.first[entry]);
      for (const row of real.itemsFurther.keys()) {
        const at = row * size + entry;
        const expected = scaled(ofReal[at], real.itemsFurther[row], drawn.itemsFurther[row]);
        moves[at] = FURTHER * this.moveOf(this.lackOf(expected, ofDrawn[at], ofAll));
      }
    }
    return moves;
  }

  /**
   * Log ratio of how often something should have come and how often it did.
   * @param known a part of it that is known already, and made up for elsewhere: of what is rare there is nothing beyond it
   */
  private lackOf(expected: number, drawn: number, known = 0): number {
    return Math.log((expected + this.prior) / (drawn * Math.exp(known) + this.prior));
  }

  /** The share that is made up for this time of what something lacks. */
  private moveOf(lack: number): number {
    return Math.min(FARTHEST, Math.max(-FARTHEST, this.share * lack));
  }
}

/** As many as there would be of `ofDrawn` if there were as many as in the real ones. */
function scaled(real: number, ofReal: number, ofDrawn: number): number {
  return (real * ofDrawn) / Math.max(1, ofReal);
}

function sumsOfRows(counts: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: counts.length / size }, (_, row) =>
    sumOf(counts.subarray(row * size, (row + 1) * size)),
  );
}

function totalsOf(counts: Float64Array, size: number): Float64Array {
  const totals = new Float64Array(size);
  counts.forEach((count, at) => (totals[at % size] += count));
  return totals;
}
