/** So many people of a sex would have a code by chance: from then on it is impossible in a sex in which nobody has it. */
const LEAST_EXPECTED = 20;

export type ExclusiveSex = 'female' | 'male';

/**
 * The only sex that has a code: nobody of the other does, of whom 20 or more would if it were as common among them. Undefined where both
 * have it, or too few people to tell.
 * @param carriers of the code, and `people`, of each sex
 */
export function exclusiveSex(
  carriers: Readonly<Record<ExclusiveSex, number>>,
  people: Readonly<Record<ExclusiveSex, number>>,
): ExclusiveSex | undefined {
  const share = (carriers.female + carriers.male) / (people.female + people.male);
  const isNever = (sex: ExclusiveSex) => carriers[sex] === 0 && share * people[sex] >= LEAST_EXPECTED;
  if (isNever('male')) return 'female';
  return isNever('female') ? 'male' : undefined;
}
