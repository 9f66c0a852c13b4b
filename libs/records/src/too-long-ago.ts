import { ageInYears } from './dates.ts';
import { DOUBTFUL_DAYS, DOUBTFUL_YEARS, LONGEST_YEARS } from './placeholder-dates.ts';

/**
 * Whether nobody born on a day can be the person of a record: older than the longest life, or than 100 years where databases write the day
 * for none, on the first day that is recorded since the birth. A first day in the future is no proof of age, but where the birth lies there
 * too: the record was shifted. Where it is none, the age is that of today.
 * @param first of the days recorded on or after the birth; undefined where there is none
 * @param today YYYY-MM-DD
 */
export function isTooLongAgo(birthDate: string, first: string | undefined, today: string): boolean {
  const seen = first !== undefined && (first <= today || birthDate > today) ? first : today;
  return ageInYears(birthDate, seen) > (DOUBTFUL_DAYS.has(birthDate) ? DOUBTFUL_YEARS : LONGEST_YEARS);
}
