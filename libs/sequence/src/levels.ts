import type { Alphabet } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import { grainsOf, timesOf } from './value-bins.ts';

/** Places that the values of any code are taken to be at. */
export const PLACES = 20;

/** Numbers of one code and unit. */
export interface Scale {
  /** The event of its lowest grain; those of the others follow. */
  first: number;
  /** Of each grain the share of all that is below it, and 1. */
  starts: readonly number[];
}

/** Where numbers stand among all of their unit and code: as quantiles of the normal distribution, and as one of 20 places. */
export class Levels {
  /** Of each event, in the middle of its grain; NaN of one that says no number. */
  readonly ofEvents: Float32Array;
  /** Of each token of values, in the middle of its bin; likewise. */
  readonly ofValues: Float32Array;
  /** Share of all that is below the middle of each event's grain, and of each token's bin. */
  readonly ranksOfEvents: Float32Array;
  readonly ranksOfValues: Float32Array;
  /** Of each event the log of how often its grain was there; 0 of one that says no number. */
  readonly logTimes: Float32Array;
  /** Entries that have numbers, counted from 0; −1 for the others. */
  readonly places: Int32Array;
  /** How many these are. */
  readonly count: number;
  /** Units of all codes, one after another. */
  readonly scales: readonly Scale[];
  /** Of each event and of each token of values the number of its unit among these; −1 of one that says no number. */
  readonly scaleOfEvents: Int32Array;
  readonly scaleOfValues: Int32Array;

  constructor({ entries }: Dictionary, alphabet: Alphabet) {
    const { start, end } = alphabet.values;
    this.ofEvents = new Float32Array(alphabet.entryOf.length).fill(NaN);
    this.ranksOfEvents = new Float32Array(alphabet.entryOf.length);
    this.ranksOfValues = new Float32Array(end - start);
    this.logTimes = new Float32Array(alphabet.entryOf.length);
    this.ofValues = new Float32Array(end - start).fill(NaN);
    this.places = new Int32Array(entries.length).fill(-1);
    this.scaleOfEvents = new Int32Array(alphabet.entryOf.length).fill(-1);
    this.scaleOfValues = new Int32Array(end - start).fill(-1);
    const found: Scale[] = [];
    let count = 0;
    entries.forEach(({ variants, scales }, entry) => {
      if (variants.length === 1 || scales.length === 0) return;
      this.places[entry] = count++;
      const places = scales.map(({ bins }) => placesOf(bins.bins.map(timesOf)));
      const firstScale = found.length;
      variants.forEach((variant, i) => {
        if (variant.type !== 'number') return;
        const { bins } = scales[variant.scale];
        const { first, count: grains } = grainsOf(bins)[variant.bin];
        const { starts, total } = places[variant.scale];
        const middle = (from: number, to: number) => (starts[from] + starts[to]) / (2 * total);
        const value = alphabet.firstValues[entry] - start + i;
        const scale = firstScale + variant.scale;
        if (variant.bin === 0)
          found[scale] = { first: alphabet.eventOf(entry, i), starts: starts.map((own) => own / total) };
        this.scaleOfValues[value] = scale;
        this.ranksOfValues[value] = middle(first, first + grains);
        this.ofValues[value] = normalQuantile(this.ranksOfValues[value]);
        for (let grain = 0; grain < grains; grain++) {
          const event = alphabet.eventOf(entry, i, grain);
          this.scaleOfEvents[event] = scale;
          this.ranksOfEvents[event] = middle(first + grain, first + grain + 1);
          this.ofEvents[event] = normalQuantile(this.ranksOfEvents[event]);
          this.logTimes[event] = Math.log(timesOf(bins.bins[first + grain]));
        }
      });
    });
    this.count = count;
    this.scales = found;
  }
}

/** The two places next to a rank, with their weights. */
export function atPlaces(rank: number, hear: (place: number, weight: number) => void): void {
  const at = Math.min(PLACES - 1, Math.max(0, PLACES * rank - 0.5));
  const below = Math.min(PLACES - 2, Math.floor(at));
  if (below + 1 > at) hear(below, below + 1 - at);
  if (at > below) hear(below + 1, at - below);
}

/** Times before each of some, and of all. */
function placesOf(times: readonly number[]): { starts: number[]; total: number } {
  const starts = [0];
  for (const own of times) starts.push(starts.at(-1)! + own);
  return { starts, total: starts.at(-1)! };
}

/** Where the standard normal distribution function is p, to 0.005 (Abramowitz and Stegun 1964, 26.2.22). */
function normalQuantile(p: number): number {
  const tail = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  const size = tail - (2.30753 + 0.27061 * tail) / (1 + 0.99229 * tail + 0.04481 * tail * tail);
  return p < 0.5 ? -size : size;
}
