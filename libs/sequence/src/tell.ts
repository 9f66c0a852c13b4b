import { civilOf, NO_DAY, weekdayOf } from '@ehrsynth/histories';
import type { Alphabet } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import type { Life } from './life.ts';
import { SPANS } from './spans.ts';
import type { Days } from './days.ts';
import type { Walk } from './walk.ts';

/** What is done with each token of a life, before the walk takes it; and, of the bin of a number, with the grain of it. */
export interface Listener {
  token(walk: Walk, token: number, grain: number): void;
  /** Before the tokens of an item, with those of the gap to it; the end of the record counts as the last item's. */
  item?(walk: Walk, item: number): void;
}

/**
 * Walks through a life token by token, from the beginning to the end of the record.
 * @param isOpen whether it stops before that end, since the life goes on
 */
export function tellLife(
  { sex, race, ethnicity, birth, items }: Life,
  { years, ages }: Dictionary,
  alphabet: Alphabet,
  walk: Walk,
  { token: hear, item: next }: Listener,
  isOpen = false,
): void {
  let [target, ofBin] = [0, 0];
  const days: Days = { year: () => civilOf(items[0].day)[0], day: () => target, grain: () => ofBin };
  const take = (token: number, day = 0, grain = 0) => {
    hear(walk, token, grain);
    [target, ofBin] = [day, grain];
    walk.take(token, days);
  };
  walk.begin();
  take(sex);
  take(race);
  take(ethnicity);
  if (items.length === 0) return take(alphabet.years.end - 1);
  const [{ day: first }] = items;
  const [year, month] = civilOf(first);
  take(alphabet.years.start + spanOf(years, year));
  take(alphabet.months.start + month - 1);
  take(alphabet.weekdays.start + weekdayOf(first), first);
  const age = birth === NO_DAY ? -1 : spanOf(ages, Math.max(0, first - birth));
  take(age < 0 ? alphabet.ages.end - 1 : alphabet.ages.start + age, birth);
  items.forEach(({ day, class: own, stay, events }, i) => {
    next?.(walk, i);
    if (i > 0) {
      const span = SPANS.of(day - items[i - 1].day);
      take(alphabet.gaps.start + 1 + span, day);
      if (SPANS.isOfWeeks(span)) take(alphabet.weekdays.start + weekdayOf(day), day);
    }
    take(own);
    if (walk.isOver) return;
    if (alphabet.isEncounter(own)) take(alphabet.stays.start + SPANS.of(stay), day + stay);
    for (const event of events) {
      const entry = alphabet.entryOf[event];
      take(alphabet.codes.start + entry);
      if (walk.phase === 'value')
        take(alphabet.firstValues[entry] + alphabet.variantOf[event], 0, alphabet.grainOf[event]);
    }
    take(alphabet.endOfVisit);
  });
  if (!walk.isOver && !isOpen) take(alphabet.endOfRecord);
}

/** The span that a number is in, the first or last one where it is in none; −1 where there are no spans. */
function spanOf(edges: readonly number[], value: number): number {
  let span = edges.length - 2;
  while (span > 0 && edges[span] > value) span--;
  return span;
}
