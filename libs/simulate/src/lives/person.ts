import type { Rng } from '@ehrsynth/random';
import { ALLERGIES, type Allergen } from './data/allergies.ts';
import { DAYS_A_YEAR, dayNumber, SIMULATION_END } from './days.ts';
import type { Population } from './types.ts';

/** Days are numbers since 1900-01-01. */
export interface Person {
  sex: 'female' | 'male';
  birth: number;
  /** From which day on something is recorded. */
  entry: number;
  race?: string;
  ethnicity: string;
  allergies: readonly Allergen[];
  /** Factor on the odds of coming to a planned visit. */
  keeps: number;
}

/** A person of the population, alive at entry. */
export function drawPerson(population: Population, rng: Rng): Person {
  const { femaleShare, ages, races, hispanicShare, windowYears, wholeWindowShare } = population;
  const end = dayNumber(SIMULATION_END);
  const sex = rng.chance(femaleShare) ? 'female' : 'male';
  const group = rng.weighted(ages.map(([, share]) => share));
  const youngest = group === 0 ? 0 : ages[group - 1][0];
  const age = youngest + rng.next() * (ages[group][0] - youngest);
  const birth = end - Math.floor(age * DAYS_A_YEAR) - 1;
  const seen = rng.chance(wholeWindowShare) ? 1 : rng.next();
  const entry = Math.max(birth, end - Math.floor(seen * windowYears * DAYS_A_YEAR));
  const drawn = rng.next();
  let sum = 0;
  const race = Object.entries(races).find(([, share]) => drawn < (sum += share))?.[0];
  const ethnicity = rng.chance(hispanicShare) ? '2135-2' : '2186-5';
  const keeps = Math.exp(0.5 * rng.normal());
  const allergies = ALLERGIES.filter(({ share }) => rng.chance(share));
  return { sex, birth, entry, race, ethnicity, allergies, keeps };
}
