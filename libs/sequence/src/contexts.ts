import { weekdayOf } from '@ehrsynth/histories';
import type { Dictionary } from './dictionary.ts';
import { type Phase, SO_FAR } from './features.ts';

const WEEK = 7;

interface Now {
  /** Class of the item, or the last one. */
  kind: number;
  day: number;
  /** Whether it is the day of the first item. */
  isFirst: boolean;
  /** Events in the visit so far. */
  events: number;
}

/**
 * What has most to do with what comes next, as one number of `contextsOf` the phase: for a gap the class of the last visit and the day of
 * the week, for a class that of the last visit, for a stay its class, for a code the class and how many events there are so far.
 */
export function contextOf(phase: Phase, { classes }: Dictionary, { kind, day, isFirst, events }: Now): number {
  if (phase === 'gap') return WEEK * kind + weekdayOf(day);
  if (phase === 'class') return isFirst ? classes.length + 1 : kind;
  if (phase === 'stay') return kind;
  return phase === 'code' ? (SO_FAR + 1) * kind + Math.min(SO_FAR, events) : 0;
}

/** How many contexts a phase has. */
export function contextsOf(phase: Phase, { classes }: Dictionary): number {
  const kinds = classes.length + 1;
  if (phase === 'gap') return WEEK * kinds;
  if (phase === 'class') return kinds + 1;
  if (phase === 'stay') return kinds;
  return phase === 'code' ? (SO_FAR + 1) * kinds : 1;
}
