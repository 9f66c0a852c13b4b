import { civilOf, NO_DAY, weekdayOf } from '@ehrsynth/histories';
import { MOST_STAYS } from './alphabet.ts';
import type { Changes } from './changes.ts';
import type { Dictionary } from './dictionary.ts';
import type { Features } from './features.ts';

/** An encounter that may be gone on with. */
export interface Stay {
  /** Its class, by number. */
  kind: number;
  first: number;
  last: number;
}

/** What follows from the day alone: the time of the year, age, how long the record is and how long it may go on, and stays under way. */
export class Calendar {
  constructor(
    private readonly dictionary: Dictionary,
    private readonly features: Features,
    private readonly changes: Changes,
  ) {}

  look(day: number, { birth, firstDay, isWoman }: { birth: number; firstDay: number; isWoman: boolean }): void {
    const { changes, features } = this;
    const [, month] = civilOf(day);
    changes.choose(features.months, month - 1);
    changes.choose(features.weekdays, weekdayOf(day));
    changes.scale(features.year, day);
    changes.scale(features.toLastDay, Math.max(0, this.dictionary.lastDay - day));
    changes.scale(features.sinceFirst, day - firstDay);
    if (birth === NO_DAY) return;
    const age = Math.max(0, day - birth);
    changes.scale(features.age, age);
    if (isWoman) changes.scale(features.ageOfWomen, age);
  }

  /** @param stays under way, the latest begun first */
  lookAtStays(day: number, stays: readonly Stay[]): void {
    const { changes, features } = this;
    const kinds = this.dictionary.classes.length + 1;
    for (let place = 0; place < MOST_STAYS; place++)
      changes.choose(features.openClass + place * kinds, (stays[place] as Stay | undefined)?.kind ?? -1);
    const [latest] = stays as (Stay | undefined)[];
    changes.scale(features.stayed, latest && day - latest.first);
    changes.scale(features.toStay, latest && latest.last - day);
  }
}
