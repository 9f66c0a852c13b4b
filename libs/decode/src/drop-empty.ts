import type { Rng } from '@ehrsynth/random';
import type { DrawnEncounter } from './draw-encounters.ts';
import type { Placed } from './place-codes.ts';

/** Leaves out encounters in which nothing stands, but for the learned share of such; the last one stays. */
export function dropEmpty(
  encounters: readonly DrawnEncounter[],
  placed: readonly Placed[],
  emptyShare: number,
  rng: Rng,
): { encounters: DrawnEncounter[]; placed: Placed[] } {
  const filled = new Set(placed.map(({ encounter }) => encounter));
  filled.add(encounters.length - 1);
  const empty = encounters.map((_, i) => i).filter((i) => !filled.has(i));
  const staying = Math.round((filled.size * emptyShare) / (1 - emptyShare));
  const kept = new Set([...filled, ...rng.shuffle(empty).slice(0, staying)]);
  const place = new Map<number, number>();
  encounters.forEach((_, i) => kept.has(i) && place.set(i, place.size));
  return {
    encounters: encounters.filter((_, i) => kept.has(i)),
    placed: placed.map((one) => ({ ...one, encounter: place.get(one.encounter)! })),
  };
}
