import type { Life } from '../life.ts';
import { DAYS_A_YEAR } from '../days.ts';
import { type Estimate, normalEstimate } from './estimate.ts';

/** Deaths per 1,000 person-years of those between two ages (years), from the first day that a person is seen. */
export function deathRate(lives: Iterable<Life>, { from, to }: { from: number; to: number }): Estimate {
  let [deaths, years] = [0, 0];
  for (const { person, end, died } of lives) {
    const ageOf = (day: number) => (day - person.birth) / DAYS_A_YEAR;
    years += Math.max(0, Math.min(to, ageOf(end)) - Math.max(from, ageOf(person.entry)));
    if (died && ageOf(end) >= from && ageOf(end) < to) deaths++;
  }
  return normalEstimate((1000 * deaths) / years, (1000 * Math.sqrt(Math.max(1, deaths))) / years);
}
