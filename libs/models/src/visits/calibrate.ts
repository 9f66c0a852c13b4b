import { tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { Copies, type Life } from '@ehrsynth/sequence';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';
import { BLOCK_LIVES, LifeSampler } from './sample.ts';
import { type Tally, tallyOf } from './tally.ts';

/**
 * How often lives are drawn and compared; how many, of long ones so many that they have this number of events together, but one block at
 * least; and how much of what they lack is made up for each time.
 */
const ROUNDS = 8;
const MOST_LIVES = 4000;
const MOST_EVENTS = 500_000;
const SHARE = 0.7;
/** Events that are taken to be there of everything beside those that are, so that what is rare moves little; and the farthest move. */
const PRIOR = 10;
const FARTHEST = 1;

/**
 * Lives that a model draws drift: what it gets wrong once, it goes on from. Here it draws lives, and the biases of its tokens are moved until
 * each comes as often as in the lives that it learned from: gaps and the end of the record, classes, stays, codes for the first time and
 * again. By as much as log(real rate / drawn rate): a tilt of the distribution to given means (Csiszár 1975). False where it was stopped.
 * @param lives that it learned from
 */
export async function calibrate(
  network: VisitsNetwork,
  language: Language,
  lives: Iterable<Life>,
  count: number,
  seed: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const real = await tallyOf(lives, language);
  const wanted = Math.min(MOST_LIVES, count, Math.ceil((MOST_EVENTS * real.lives) / Math.max(1, sumOf(real.events))));
  for (let round = 0; round < ROUNDS; round++) {
    const sampler = await LifeSampler.of(network, language);
    const drawn: Life[] = [];
    const rng = new Rng(seed).fork(`calibration/${round}`);
    while (drawn.length < wanted) {
      if (signal?.aborted) return false;
      const rngs = Array.from({ length: BLOCK_LIVES }, (_, i) => rng.fork(drawn.length + i));
      drawn.push(...(await sampler.draw(rngs)));
    }
    move(network, language, real, await tallyOf(drawn, language));
  }
  return true;
}

function move(network: VisitsNetwork, { sizes, contexts, codePart, dictionary }: Language, real: Tally, drawn: Tally) {
  for (const [part, size] of sizes.entries()) {
    const moves = new Float32Array(size * contexts[part]);
    for (let context = 0; context < contexts[part]; context++) {
      const [first, end] = [context * size, (context + 1) * size];
      const sums = [real, drawn].map(({ parts }) => sumOf(parts[part].subarray(first, end)));
      for (let at = first; at < end; at++)
        // Of codes only that the visit ends; how often each comes is looked at by class alone.
        if (part !== codePart || at === end - 1)
          moves[at] = moveOf(real.parts[part][at], sums[0], drawn.parts[part][at], sums[1]);
    }
    if (part === codePart) moveCodes(moves, network, dictionary.entries.length, real, drawn);
    shift(network.trunks[part].table, moves);
  }
}

/** Codes by class, in the table of all contexts of it; and whether they were there before, in bias and copies. */
function moveCodes(table: Float32Array, network: VisitsNetwork, entries: number, real: Tally, drawn: Tally): void {
  const size = entries + 1;
  const counts = table.length / size / real.items.length;
  const bias = new Float32Array(size);
  const again = new Float32Array(network.copies.size);
  const items = [real, drawn].map((tally) => sumOf(tally.items));
  for (let entry = 0; entry < entries; entry++) {
    const ofAll = (tally: Tally) => tally.first[entry] + tally.again[entry];
    const rate = (of: (tally: Tally) => number) => moveOf(of(real), items[0], of(drawn), items[1]);
    const first = rate((tally) => tally.first[entry]);
    bias[entry] = first - rate(ofAll);
    const own = rate((tally) => tally.again[entry]) - first;
    // Each code that was there before has one of these.
    again.fill(own, entry * Copies.EACH, entry * Copies.EACH + Copies.SINCE);
    for (const kind of real.items.keys()) {
      const at = kind * entries + entry;
      const amount = moveOf(real.events[at], real.items[kind], drawn.events[at], drawn.items[kind]);
      for (let count = 0; count < counts; count++) table[(kind * counts + count) * size + entry] = amount;
    }
  }
  shift(network.trunks[network.codePart].last.bias!, bias);
  shift(network.copies, again);
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

function moveOf(real: number, ofReal: number, drawn: number, ofDrawn: number): number {
  // As many as there would be of as many as were drawn.
  const expected = (real * ofDrawn) / Math.max(1, ofReal);
  const move = SHARE * Math.log((expected + PRIOR) / (drawn + PRIOR));
  return Math.min(FARTHEST, Math.max(-FARTHEST, move));
}

function shift(variable: tf.Variable, moves: Float32Array): void {
  tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(moves, variable.shape))));
}
