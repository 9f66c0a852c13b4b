import { dayNumber, NO_DAY, visitsOf } from '@ehrsynth/histories';
import { columnKey } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { type Alphabet, MOST_STAYS } from './alphabet.ts';
import type { Dictionary, LeftOut } from './dictionary.ts';
import type { Columns } from './learn-dictionary.ts';
import { saidBy } from './said.ts';
import { binOfGrain, binOfValue, grainsOf } from './value-bins.ts';

/** What is together: a visit's first day, a later day of a stay, or events of a day without an encounter. */
export interface Item {
  day: number;
  /** A token of `Alphabet.classes`. */
  class: number;
  /** Days from the first to the last of a new encounter. */
  stay: number;
  /** Its events by number, ascending; one that is there twice has two. @see Alphabet.firstEvents */
  events: number[];
}

/** A record as the model of lives sees it. */
export interface Life {
  /** Tokens. */
  sex: number;
  race: number;
  ethnicity: number;
  /** Day number; NO_DAY where it is not known. */
  birth: number;
  /** In order of time; the last one may be death. */
  items: Item[];
}

/** Turns records into lives, and counts what no token says. */
export class LifeReader {
  private readonly entries = new Map<string, number>();
  private readonly rests = new Map<number, number>();
  private readonly variants: Map<string, number>[];
  private readonly classes: Map<string, number>;
  private readonly known = new Map<string, number | undefined>();

  constructor(
    private readonly dictionary: Dictionary,
    private readonly alphabet: Alphabet,
    private readonly cohort: Pick<Columns, 'columnOf'>,
    readonly leftOut: LeftOut,
  ) {
    dictionary.entries.forEach(({ kind, code, column, rest }, i) => {
      if (rest) this.rests.set(column, i);
      else this.entries.set(columnKey({ kind, ...code }), i);
    });
    this.variants = dictionary.entries.map(({ variants, scales }) => {
      const places = new Map<string, number>();
      variants.forEach((variant, i) => {
        if (variant.type === 'number') places.set(JSON.stringify(scales[variant.scale].unit), i - variant.bin);
        else places.set(variant.type === 'plain' ? 'plain' : JSON.stringify(variant), i);
      });
      return places;
    });
    this.classes = new Map(dictionary.classes.map((name, i) => [name, alphabet.death + 1 + i]));
  }

  read(record: PatientRecord): Life {
    const { alphabet, dictionary, leftOut } = this;
    const birth = dayNumber(record.birthDate);
    const { visits, undatedEvents, undatedEncounters } = visitsOf(record);
    leftOut.events += record.events.length;
    leftOut.encounters += record.encounters.length;
    leftOut.undatedEvents += undatedEvents;
    leftOut.undatedEncounters += undatedEncounters;
    const death = dayNumber(record.deathDate);
    const drafts = visits.flatMap((visit, i) => this.draftsOf(visit, i));
    drafts.sort((a, b) => a.day - b.day || Number(a.isFirst) - Number(b.isFirst) || a.visit - b.visit);
    const items: Item[] = [];
    const stays: { visit: number; last: number }[] = [];
    for (const { day, visit, isFirst, events } of drafts) {
      const { class: name, first, last } = visits[visit];
      if ((birth !== NO_DAY && day < birth) || (death !== NO_DAY && day > death)) {
        leftOut.misplacedEvents += Math.max(1, events.length);
        continue;
      }
      if (isFirst) {
        const own = name === 'none' ? alphabet.alone : this.classOf(name);
        items.push({ day, class: own, stay: last - first, events });
        if (name !== 'none' && last > first) stays.unshift({ visit, last });
      } else {
        const place = stays.filter((stay) => stay.last >= day).findIndex((stay) => stay.visit === visit);
        if (place < 0 || place >= MOST_STAYS) leftOut.misplacedEvents += events.length;
        else items.push({ day, class: alphabet.stayedOn(place), stay: 0, events });
      }
    }
    if (death !== NO_DAY && (birth === NO_DAY || death >= birth)) {
      if (!dictionary.deaths) leftOut.rareDeaths++;
      else items.push({ day: Math.max(death, items.at(-1)?.day ?? death), class: alphabet.death, stay: 0, events: [] });
    }
    const place = (list: readonly string[], value: string | undefined) =>
      value === undefined || !list.includes(value) ? list.length : list.indexOf(value);
    return {
      sex: alphabet.sexes.start + place(dictionary.sexes, record.sex),
      race: alphabet.races.start + place(dictionary.races, record.race),
      ethnicity: alphabet.ethnicities.start + place(dictionary.ethnicities, record.ethnicity),
      birth,
      items,
    };
  }

  /** The days of a visit that have something, the first one in any case. */
  private draftsOf({ first, last, events }: ReturnType<typeof visitsOf>['visits'][number], visit: number) {
    const byDay = new Map<number, number[]>([[first, []]]);
    for (const { event, day } of events) {
      const number = this.numberOf(event);
      if (number === undefined) this.leftOut.rareEvents++;
      else {
        const within = Math.min(last, Math.max(first, day));
        if (!byDay.has(within)) byDay.set(within, []);
        byDay.get(within)!.push(number);
      }
    }
    return [...byDay].map(([day, numbers]) => ({
      day,
      visit,
      isFirst: day === first,
      events: this.withoutTooMany(numbers.sort((a, b) => a - b)),
    }));
  }

  /** Of each entry as many events as there may be on a day. */
  private withoutTooMany(events: number[]): number[] {
    const { entryOf } = this.alphabet;
    let [entry, times] = [-1, 0];
    const kept = events.filter((event) => {
      const own = entryOf[event];
      times = own === entry ? times + 1 : 1;
      entry = own;
      return times <= this.dictionary.entries[own].times;
    });
    this.leftOut.repeatedEvents += events.length - kept.length;
    return kept;
  }

  private classOf(name: string): number {
    const own = this.classes.get(name);
    if (own === undefined) this.leftOut.rareClasses++;
    return own ?? this.alphabet.death + 1;
  }

  private numberOf(event: CodedEvent): number | undefined {
    const entry = this.entryOf(event);
    if (entry === undefined) return undefined;
    const said = saidBy(event);
    const places = this.variants[entry];
    if (said.type !== 'plain') this.leftOut.values++;
    const place = places.get(said.key);
    if (place === undefined) {
      this.leftOut.rareValues++;
      return this.alphabet.eventOf(entry, places.get('plain') ?? 0);
    }
    const { variants, scales } = this.dictionary.entries[entry];
    const variant = variants[place];
    if (variant.type !== 'number') return this.alphabet.eventOf(entry, place);
    const { bins } = scales[variant.scale];
    const grain = binOfValue(bins, event.quantity!.value!);
    const bin = binOfGrain(bins, grain);
    return this.alphabet.eventOf(entry, place + bin, grain - grainsOf(bins)[bin].first);
  }

  private entryOf(event: CodedEvent): number | undefined {
    const key = columnKey({ kind: event.kind, ...event.code });
    if (!this.known.has(key)) this.known.set(key, this.find(key, event));
    return this.known.get(key);
  }

  private find(key: string, event: CodedEvent): number | undefined {
    const own = this.entries.get(key);
    if (own !== undefined) return own;
    const column = this.cohort.columnOf(event);
    return column === undefined ? undefined : this.rests.get(column);
  }
}
