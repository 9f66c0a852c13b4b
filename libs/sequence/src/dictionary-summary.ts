import { z } from 'zod';
import { Dictionary } from './dictionary.ts';

const count = z.number().int().min(0);

/** What the lives of one place are written in, and how many people and visits are behind it. */
export const DictionarySummary = z
  .object({
    dictionary: Dictionary,
    people: count,
    /** People of each span of years, and of ages, at the first visit. */
    years: z.array(count),
    ages: z.array(count),
    /** Visits of each class, and of none; 0 for fewer than `minPatients`. */
    visits: z.array(count),
    /** Of each entry; `numbers` are the people with a number of each of its scales, `lengths` those with an end. */
    entries: z.array(z.object({ people: count, visits: count, numbers: z.array(count), lengths: count })),
  })
  .refine(
    ({ dictionary, years, ages, visits, entries }) =>
      entries.length === dictionary.entries.length &&
      entries.every(({ numbers }, i) => numbers.length === dictionary.entries[i].scales.length) &&
      visits.length === dictionary.classes.length + 1 &&
      years.length === Math.max(0, dictionary.years.length - 1) &&
      ages.length === Math.max(0, dictionary.ages.length - 1),
    'counts that are not those of its dictionary',
  );
export type DictionarySummary = z.infer<typeof DictionarySummary>;
