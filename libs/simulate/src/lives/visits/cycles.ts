import { workingDay } from '../days.ts';
import { type Planning, recordedSpells, type Visit, visit } from './visit.ts';

/** Treatment of cancer: infusions in the clinic, so many cycles, so many days apart. */
export function cycleVisits(planning: Planning): Visit[] {
  const { process, rng } = planning;
  return recordedSpells(planning).flatMap((spell) => {
    const { cycles } = process.conditions[spell.condition];
    if (!cycles || !rng.chance(cycles.probability)) return [];
    const {
      delayDays: [from, to],
      count: [least, most],
      everyDays,
      drugs,
    } = cycles;
    const count = least + rng.int(most - least + 1);
    let day = workingDay(Math.floor(spell.begin + from + rng.next() * (to - from)));
    return Array.from({ length: count }, () => {
      const at = day;
      // Put off for a week where blood counts are too low.
      day += everyDays + (rng.chance(0.1) ? 7 : 0);
      return visit('cycle', at, { reasons: [spell], codes: ['Z51.11'], infusions: drugs });
    });
  });
}
