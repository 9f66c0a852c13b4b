import { Rng } from '@ehrsynth/random';
import { Copies, SPANS } from '@ehrsynth/sequence';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';
import { BLOCK_LIVES, LifeSampler } from './sample.ts';
import { shift, sumOf } from './shift.ts';
import { lengthOf, LENGTHS_OF_GAPS, type LifeTally, MOST_EVENTS, STAY_LENGTHS, stayLengthOf } from './tally.ts';

/** How much of what is lacking is made up for each time; counts that are taken to be there of everything; and the farthest move. */
const SHARE = 0.7;
const PRIOR = 2;
const FARTHEST = 1;
const WEEK = 7;

type Counts = Record<string, Float64Array>;

/**
 * Moves the biases of a network until the lives that it draws have the counts that were given away with noise: nothing else is looked
 * at. Drawn lives are counted as the others were, with the same bounds. False where it was stopped.
 * @param wanted counts of so many lives
 */
export async function calibrateToCounts(
  network: VisitsNetwork,
  language: Language,
  tally: LifeTally,
  wanted: { counts: Counts; lives: number },
  { rounds, lives, seed, signal }: { rounds: number; lives: number; seed: number; signal?: AbortSignal },
): Promise<boolean> {
  for (let round = 0; round < rounds; round++) {
    const sampler = await LifeSampler.of(network, language);
    const rng = new Rng(seed).fork(`private calibration/${round}`);
    const sums: Counts = Object.fromEntries(
      Object.entries(tally.groups).map(([name, { size }]) => [name, new Float64Array(size)]),
    );
    let drawn = 0;
    while (drawn < lives) {
      if (signal?.aborted) return false;
      const length = Math.min(BLOCK_LIVES, lives - drawn);
      const rngs = Array.from({ length }, (_, i) => rng.fork(drawn + i));
      for (const life of await sampler.draw(rngs))
        for (const [name, own] of Object.entries(tally.of(life))) addTo(sums[name], own);
      drawn += length;
    }
    for (const own of Object.values(sums)) for (let i = 0; i < own.length; i++) own[i] *= wanted.lives / drawn;
    move(network, language, wanted.counts, sums);
  }
  return true;
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) sums[i] += values[i];
}

function move(network: VisitsNetwork, language: Language, wanted: Counts, drawn: Counts): void {
  const { alphabet, dictionary, sizes, contexts, codePart } = language;
  const kinds = dictionary.classes.length + 1;
  const entries = dictionary.entries.length;
  const partOf = ({ start }: { start: number }) => alphabet.partOf(start);
  const tableOf = (part: number) => new Float32Array(sizes[part] * contexts[part]);
  const moveOf = (group: string, at: number) => step(wanted[group][at], drawn[group][at]);

  // Who it is: each thing by its own share.
  const people = Float32Array.from(wanted.people, (_, token) => moveOf('people', token));
  shift(network.trunks[0].last.bias!, people);

  const weekdays = Float32Array.from({ length: WEEK }, (_, i) =>
    step((wanted.weekdays[i] * sumOf(drawn.weekdays)) / Math.max(1, sumOf(wanted.weekdays)), drawn.weekdays[i]),
  );
  shift(network.trunks[partOf(alphabet.weekdays)].last.bias!, weekdays);

  const gapPart = partOf(alphabet.gaps);
  const gaps = tableOf(gapPart);
  const [ofWanted, ofDrawn] = [wanted, drawn].map(({ gaps: own }) => sumOf(own));
  const lengths = [wanted, drawn].map((counts) => lengthsOf(counts.gaps));
  for (let kind = 0; kind < kinds; kind++) {
    const row = { from: kind * LENGTHS_OF_GAPS, to: (kind + 1) * LENGTHS_OF_GAPS };
    const rowSums = [wanted, drawn].map(({ gapsByClass }) => sumOf(gapsByClass.subarray(row.from, row.to)));
    for (let token = 0; token < sizes[gapPart]; token++) {
      const ofAll = step((wanted.gaps[token] * ofDrawn) / ofWanted, drawn.gaps[token]);
      const length = lengthOf(token);
      const at = row.from + length;
      // What the class has beyond what all have.
      const usual = step((lengths[0][length] * ofDrawn) / ofWanted, lengths[1][length]);
      const own = step((wanted.gapsByClass[at] * rowSums[1]) / Math.max(1, rowSums[0]), drawn.gapsByClass[at]) - usual;
      for (let weekday = 0; weekday < WEEK; weekday++) {
        const span = token - 1;
        const day = token > 0 && !SPANS.isOfWeeks(span) ? weekdays[(weekday + SPANS.start(span)) % WEEK] : 0;
        gaps[(kind * WEEK + weekday) * sizes[gapPart] + token] = ofAll + own + day;
      }
    }
  }
  shift(network.trunks[gapPart].table, gaps);

  const classPart = partOf(alphabet.classes);
  const classes = tableOf(classPart);
  const width = sizes[classPart];
  for (let context = 0; context < contexts[classPart]; context++) {
    const of = (counts: Counts) => sumOf(counts.classes.subarray(context * width, (context + 1) * width));
    const scale = of(drawn) / Math.max(1, of(wanted));
    for (let at = context * width; at < (context + 1) * width; at++)
      classes[at] = step(wanted.classes[at] * scale, drawn.classes[at]);
  }
  shift(network.trunks[classPart].table, classes);

  const stayPart = partOf(alphabet.stays);
  const stays = tableOf(stayPart).map((_, at) => {
    const length = stayLengthOf(at % sizes[stayPart]);
    return length < 0 ? 0 : moveOf('stays', Math.floor(at / sizes[stayPart]) * STAY_LENGTHS + length);
  });
  shift(network.trunks[stayPart].table, stays);

  // Codes: how many lives have each, how often again, in which class first, and how many there are in a visit.
  const size = entries + 1;
  const bias = new Float32Array(size);
  const again = new Float32Array(network.copies.size);
  const codes = tableOf(codePart);
  const steps = contexts[codePart] / kinds;
  for (let entry = 0; entry < entries; entry++) {
    bias[entry] = moveOf('carriers', entry);
    const ratio = (drawn.carriers[entry] + PRIOR) / (wanted.carriers[entry] + PRIOR);
    const more = step(wanted.again[entry] * ratio, drawn.again[entry]);
    again.fill(more, entry * Copies.EACH, entry * Copies.EACH + Copies.SINCE);
    for (let kind = 0; kind < kinds; kind++) {
      const at = kind * entries + entry;
      const own = step(wanted.firstIn[at] * ratio, drawn.firstIn[at]);
      for (let count = 0; count < steps; count++) codes[(kind * steps + count) * size + entry] = own;
    }
  }
  for (let kind = 0; kind < kinds; kind++) {
    const first = kind * (MOST_EVENTS + 1);
    for (let count = 0; count < steps; count++) {
      const at = first + Math.min(MOST_EVENTS, count);
      const rest = ({ sizes: own }: Counts) => sumOf(own.subarray(at, first + MOST_EVENTS + 1));
      const ofAll = (rest(drawn) / Math.max(1, rest(wanted))) * wanted.sizes[at];
      codes[(kind * steps + count) * size + entries] = step(ofAll, drawn.sizes[at]);
    }
  }
  shift(network.trunks[codePart].last.bias!, bias);
  shift(network.trunks[codePart].table, codes);
  shift(network.copies, again);
}

/** Gaps by their lengths. */
function lengthsOf(gaps: Float64Array): Float64Array {
  const sums = new Float64Array(LENGTHS_OF_GAPS);
  gaps.forEach((count, token) => (sums[lengthOf(token)] += count));
  return sums;
}

function step(wanted: number, drawn: number): number {
  const far = SHARE * Math.log((wanted + PRIOR) / (drawn + PRIOR));
  return Math.min(FARTHEST, Math.max(-FARTHEST, far));
}
