import type { Alphabet } from './alphabet.ts';
import type { GrainQuestion } from './own-values.ts';
import type { LifeRows } from './rows.ts';
import type { Levels } from './levels.ts';
import { MOST_GRAINS } from './value-bins.ts';
import type { Walk } from './walk.ts';
import { WeightedGatherer } from './weighted-rows.ts';

/** Numbers of the grains of any bin, counted from the one nearest to the last value. */
export const GRAIN_PLACES = 2 * MOST_GRAINS - 1;

/** Gathers what values and their grains are made of, row by row. */
export class SaidRows {
  private rows = 0;
  private tilts = new WeightedGatherer();
  private odds = new WeightedGatherer();
  private grains = noGrains();
  private numbers = noNumbers();

  /** @param byGrains whether what numbers are made of is that of bins and grains, or of all grains of a unit together */
  constructor(
    private readonly walk: Walk,
    private readonly alphabet: Alphabet,
    private readonly byGrains: boolean,
  ) {}

  /** @param grain that came of the token's bin */
  row(token: number, grain: number): void {
    const { walk, tilts, odds, grains, byGrains } = this;
    if (walk.phase === 'value') {
      walk.own.tilts(walk, tilts.hear);
      if (!byGrains) this.number(token, grain);
      const asked = byGrains ? walk.own.grains(walk, token, odds.hear) : undefined;
      if (asked) {
        odds.end();
        grains.rows.push(this.rows);
        grains.from.push(asked.from);
        grains.to.push(asked.to);
        grains.chosen.push(asked.zero + grain);
        grains.events.push(asked.event + asked.from - asked.zero);
        for (const share of sharesOf(asked, walk.own.levels)) grains.shares.push(share);
      }
    }
    tilts.end();
    this.rows++;
  }

  private number(token: number, grain: number): void {
    const { walk, alphabet, numbers, rows } = this;
    const lowest = walk.own.lowest(walk, token);
    if (lowest === undefined) return;
    numbers.rows.push(rows);
    numbers.lowest.push(lowest);
    numbers.events.push(alphabet.eventOf(walk.entry, token - alphabet.firstValues[walk.entry], grain));
  }

  /** All rows since the last time. */
  done(): Pick<LifeRows, 'tilts' | 'grains' | 'numbers'> {
    const { tilts, odds, grains, numbers } = this;
    this.rows = 0;
    [this.tilts, this.odds, this.grains] = [new WeightedGatherer(), new WeightedGatherer(), noGrains()];
    this.numbers = noNumbers();
    return {
      numbers: {
        rows: Int32Array.from(numbers.rows),
        lowest: Int32Array.from(numbers.lowest),
        events: Int32Array.from(numbers.events),
      },
      tilts: tilts.done(),
      grains: {
        ...odds.done(),
        rows: Int32Array.from(grains.rows),
        from: Int32Array.from(grains.from),
        to: Int32Array.from(grains.to),
        chosen: Int32Array.from(grains.chosen),
        events: Int32Array.from(grains.events),
        shares: Float32Array.from(grains.shares),
      },
    };
  }
}

/** Of each grain by its number the log of its share of the values of the bin, but for what all have in common; 0 of those that are not asked for. */
export function sharesOf({ from, to, zero, event }: GrainQuestion, { logTimes }: Levels): Float32Array {
  const shares = new Float32Array(GRAIN_PLACES);
  for (let at = from; at < to; at++) shares[at] = logTimes[event + at - zero];
  return shares;
}

function noGrains(): Record<'rows' | 'from' | 'to' | 'chosen' | 'events' | 'shares', number[]> {
  return { rows: [], from: [], to: [], chosen: [], events: [], shares: [] };
}

function noNumbers(): Record<'rows' | 'lowest' | 'events', number[]> {
  return { rows: [], lowest: [], events: [] };
}
