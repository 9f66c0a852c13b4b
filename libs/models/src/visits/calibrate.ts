import { Rng } from '@ehrsynth/random';
import { Copies, type Life } from '@ehrsynth/sequence';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';
import { BLOCK_LIVES, LifeSampler } from './sample.ts';
import { shift, sumOf } from './shift.ts';
import { type Tally, tallyOf } from './context-tally.ts';

/** How much of what drawn lives lack is made up for each time that lives are drawn: less in the end, when what they lack is mostly chance. */
const SHARES = [0.7, 0.7, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2];
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
 */
export async function calibrate(
  network: VisitsNetwork,
  language: Language,
  real: Tally,
  seed: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const wanted = Math.min(
    MOST_LIVES,
    real.lives,
    Math.ceil((MOST_EVENTS * real.lives) / Math.max(1, sumOf(real.events))),
  );
  for (const [round, share] of SHARES.entries()) {
    const sampler = await LifeSampler.of(network, language);
    const drawn: Life[] = [];
    const rng = new Rng(seed).fork(`calibration/${round}`);
    while (drawn.length < wanted) {
      if (signal?.aborted) return false;
      const rngs = Array.from({ length: BLOCK_LIVES }, (_, i) => rng.fork(drawn.length + i));
      drawn.push(...(await sampler.draw(rngs)));
    }
    new Moves(network, language, real, await tallyOf(drawn, language), share).make();
  }
  return true;
}

/** How the tables are to be moved so that what is drawn is what was learned from. */
class Moves {
  constructor(
    private readonly network: VisitsNetwork,
    private readonly language: Language,
    private readonly real: Tally,
    private readonly drawn: Tally,
    private readonly share: number,
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

  /** Of each row of a table, by how often each token comes of all that come there. */
  private byRow(size: number, real: Float64Array, drawn: Float64Array): Float32Array {
    const moves = new Float32Array(real.length);
    for (let first = 0; first < moves.length; first += size) {
      const sums = [real, drawn].map((counts) => sumOf(counts.subarray(first, first + size)));
      for (let at = first; at < first + size; at++) moves[at] = this.moveOf(real[at], sums[0], drawn[at], sums[1]);
    }
    return moves;
  }

  /** What the further contexts of a part lack beside what all of it does. */
  private further(part: number, size: number): Float32Array {
    const { real, drawn } = this;
    const moves = this.byRow(size, real.further[part], drawn.further[part]);
    const totals = [real, drawn].map((tally) => totalsOf(tally.parts[part], size));
    const ofAll = this.byRow(size, totals[0], totals[1]);
    return moves.map((move, at) => FURTHER * (move - ofAll[at % size]));
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
      const rate = (of: (tally: Tally) => number) => this.moveOf(of(real), items[0], of(drawn), items[1]);
      const first = rate((tally) => tally.first[entry]);
      bias[entry] = first - rate((tally) => tally.first[entry] + tally.again[entry]);
      this.again(again, entry, first);
      for (const kind of real.items.keys()) {
        const at = kind * entries + entry;
        const amount = this.moveOf(real.events[at], real.items[kind], drawn.events[at], drawn.items[kind]);
        for (let count = 0; count < counts; count++) table[(kind * counts + count) * size + entry] = amount;
      }
    }
    shift(network.trunks[network.codePart].last.bias!, bias);
    shift(network.copies, again);
  }

  /** A code that was there before: by how long ago it was, and beside that by when it is due. @param first by how much its first one is moved */
  private again(moves: Float32Array, entry: number, first: number): void {
    const { real, drawn } = this;
    const start = entry * Copies.EACH;
    const of = (number: number) =>
      this.moveOf(real.came[number], real.copies[number], drawn.came[number], drawn.copies[number]);
    const [[realItems, realCame], [drawnItems, drawnCame]] = [real, drawn].map(({ copies, came }) =>
      [copies, came].map((counts) => sumOf(counts.subarray(start, start + Copies.SINCE))),
    );
    const ofAll = this.moveOf(realCame, realItems, drawnCame, drawnItems);
    for (let number = start; number < start + Copies.SINCE; number++) moves[number] = of(number) - first;
    for (let number = start + Copies.SINCE; number < start + Copies.EACH; number++)
      moves[number] = FURTHER * (of(number) - ofAll);
  }

  /** Codes for the first time, by further contexts: what each lacks beside what the code does. */
  private firstCodes(size: number): Float32Array {
    const { real, drawn } = this;
    const { codePart } = this.network;
    const [ofReal, ofDrawn] = [real, drawn].map(({ further }) => further[codePart]);
    const items = [real, drawn].map((tally) => sumOf(tally.items));
    const moves = new Float32Array(ofReal.length);
    for (let entry = 0; entry < size - 1; entry++) {
      const ofAll = this.moveOf(real.first[entry], items[0], drawn.first[entry], items[1]);
      for (const row of real.itemsFurther.keys()) {
        const at = row * size + entry;
        const own = this.moveOf(ofReal[at], real.itemsFurther[row], ofDrawn[at], drawn.itemsFurther[row]);
        moves[at] = FURTHER * (own - ofAll);
      }
    }
    return moves;
  }

  private moveOf(real: number, ofReal: number, drawn: number, ofDrawn: number): number {
    // As many as there would be of as many as were drawn.
    const expected = (real * ofDrawn) / Math.max(1, ofReal);
    const move = this.share * Math.log((expected + PRIOR) / (drawn + PRIOR));
    return Math.min(FARTHEST, Math.max(-FARTHEST, move));
  }
}

function totalsOf(counts: Float64Array, size: number): Float64Array {
  const totals = new Float64Array(size);
  counts.forEach((count, at) => (totals[at % size] += count));
  return totals;
}
