import { civilOf, dayNumber, NO_DAY, visitsOf } from '@ehrsynth/histories';
import { type Column, columnKey } from '@ehrsynth/matrix';
import type { Code, CodedEvent, PatientRecord, Sex } from '@ehrsynth/records';
import { eventLimits } from '@ehrsynth/vocab';
import type { Dictionary } from './dictionary.ts';
import type { DictionarySummary } from './dictionary-summary.ts';
import { EntryLearner } from './learn-entry.ts';
import { Largest } from './largest.ts';
import { Orders } from './orders.ts';
import { PeopleCounts } from './people-counts.ts';

/** Smallest span of ages in days at the first visit: to the day in the first week of life, then longer. */
const AGE_EDGES = [0, 1, 2, 3, 4, 5, 6, 7, 14, 21, 28, 42, 61, 91, 122, 183, 274, 365, 548, 730];
const OLDEST_YEARS = 125;
const YEAR_DAYS = 365.25;

/** How events stand in a cohort's columns. */
export interface Columns {
  columns: readonly Column[];
  /** The column of an event; undefined where the cohort has none for it. */
  columnOf(event: CodedEvent): number | undefined;
}

/**
 * Learns what lives are written in, in one pass over the records. A code that `minPatients` people have is an entry of its own; the rarer
 * ones of a column share one, where together so many people have them.
 */
export class DictionaryLearner {
  private readonly sexes = new PeopleCounts<Sex>();
  private readonly races = new PeopleCounts<string>();
  private readonly ethnicities = new PeopleCounts<string>();
  private readonly classes = new PeopleCounts<string>();
  private readonly years = new PeopleCounts<number>();
  private readonly ages = new PeopleCounts<number>();
  private readonly lastDay: Largest;
  private readonly items: Largest;
  private readonly itemsOfDay: Largest;
  /** Of each class the visits, and their days from first to last. */
  private readonly visits = new Map<string, number>();
  private readonly stays = new Map<string, Largest>();
  private readonly entries = new Map<string, EntryLearner>();
  private people = 0;
  private deaths = 0;
  private readonly orders = new Orders();
  /** Of each code that was there, by number. */
  private readonly numbers = new Map<EntryLearner, number>();
  private readonly lacks = new PeopleCounts<Dictionary['lacked'][number]>();

  constructor(
    private readonly cohort: Columns,
    private readonly minPatients: number,
  ) {
    [this.lastDay, this.items, this.itemsOfDay] = [0, 1, 2].map(() => new Largest(minPatients));
  }

  add(record: PatientRecord): void {
    const person = this.people++;
    this.sexes.add(record.sex, person);
    if (record.race) this.races.add(record.race, person);
    else this.lacks.add('races', person);
    if (record.ethnicity) this.ethnicities.add(record.ethnicity, person);
    else this.lacks.add('ethnicities', person);
    if (record.deathDate !== undefined) this.deaths++;
    const birth = dayNumber(record.birthDate);
    if (birth === NO_DAY) this.lacks.add('ages', person);
    const { visits } = visitsOf(record);
    if (visits.length === 0) return this.lacks.add('years', person);
    const [{ first }] = visits;
    this.years.add(civilOf(first)[0], person);
    if (birth !== NO_DAY) this.ages.add(ageEdge(Math.max(0, first - birth)), person);
    this.lastDay.add(visits.at(-1)!.first, person);
    const days = visits.flatMap(({ first: day, events }) => [...new Set([day, ...events.map((one) => one.day)])]);
    this.items.add(days.length, person);
    this.itemsOfDay.add(mostOfOne(days), person);
    const firsts = new Map<number, number>();
    for (const visit of visits) {
      if (visit.class !== 'none') this.classes.add(visit.class, person);
      this.visits.set(visit.class, (this.visits.get(visit.class) ?? 0) + 1);
      if (!this.stays.has(visit.class)) this.stays.set(visit.class, new Largest(this.minPatients));
      this.stays.get(visit.class)!.add(visit.last - visit.first, person);
      for (const { event, day } of visit.events) {
        const learner = this.learnerOf(event);
        if (!learner) continue;
        learner.add(event, day, person, record.sex, visit);
        const number = this.numbers.get(learner)!;
        firsts.set(number, Math.min(day, firsts.get(number) ?? day));
      }
    }
    this.orders.add(firsts);
  }

  done(): Dictionary {
    return this.dictionaryOf(this.kept());
  }

  /** The same with how much it rests on, so that it can be joined with those of others. @see joinDictionaries */
  summary(): DictionarySummary {
    const kept = this.kept();
    const dictionary = this.dictionaryOf(kept);
    const { minPatients } = this;
    const orNone = (count: number) => (count < minPatients ? 0 : count);
    return {
      dictionary,
      people: this.people,
      years: this.years.ofSpans(dictionary.years),
      ages: this.ages.ofSpans(dictionary.ages),
      visits: [...dictionary.classes, 'none'].map((name) => orNone(this.visits.get(name) ?? 0)),
      entries: kept.map((learner, i) => ({
        people: learner.people,
        visits: learner.visits,
        ...learner.behind(dictionary.entries[i].scales.map(({ unit }) => JSON.stringify(unit))),
      })),
    };
  }

  /** Codes that enough people have, and what stands for the rarer ones; those of the most visits first. */
  private kept(): EntryLearner[] {
    const { minPatients } = this;
    const rest = new Map<number, EntryLearner>();
    const kept: EntryLearner[] = [];
    for (const learner of this.entries.values()) {
      if (learner.people >= minPatients) kept.push(learner);
      else {
        const { column } = learner;
        const { system, code, display } = this.cohort.columns[column];
        const written: Code = { system, code, ...(display !== undefined && { display }) };
        if (!rest.has(column)) rest.set(column, new EntryLearner(learner.kind, written, column, minPatients, true));
        rest.get(column)!.join(learner);
      }
    }
    for (const learner of rest.values()) if (learner.people >= minPatients) kept.push(learner);
    return kept.sort((a, b) => b.visits - a.visits || (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  private dictionaryOf(kept: readonly EntryLearner[]): Dictionary {
    const { minPatients } = this;
    const classes = this.classes.common(minPatients);
    const visits = [...classes, 'none'].map((name) => [name, this.visits.get(name) ?? 0] as const);
    return {
      sexes: this.sexes.common(minPatients).sort(),
      races: this.races.common(minPatients).sort(),
      ethnicities: this.ethnicities.common(minPatients).sort(),
      classes,
      longest: classes.map((name) => this.stays.get(name)?.value() ?? 0),
      years: this.years.spans(minPatients, (year) => year + 1),
      ages: this.ages.spans(minPatients, (age) => AGE_EDGES.find((edge) => edge > age) ?? nextYear(age)),
      mostItems: this.items.value() ?? 1,
      mostItemsOfDay: this.itemsOfDay.value() ?? 1,
      lastDay: this.lastDay.value() ?? 0,
      deaths: this.deaths >= minPatients,
      lacked: this.lacks.common(minPatients),
      entries: kept.map((learner) => ({
        ...learner.done(this.sexes, this.people, visits),
        neverFirstAfter: this.neverAfter(learner, kept),
        ...eventLimits(learner.code.system, learner.code.code),
      })),
    };
  }

  /** Codes after which one never comes for the first time, by their place. One that stands for rare codes has no order. */
  private neverAfter(learner: EntryLearner, all: readonly EntryLearner[]): number[] {
    const number = this.numbers.get(learner) ?? Infinity;
    return all.flatMap((other, i) =>
      this.orders.isNeverAfter(number, this.numbers.get(other) ?? Infinity) ? [i] : [],
    );
  }

  private learnerOf(event: CodedEvent): EntryLearner | undefined {
    const key = columnKey({ kind: event.kind, ...event.code });
    const known = this.entries.get(key);
    if (known) return known;
    const column = this.cohort.columnOf(event);
    if (column === undefined) return undefined;
    const learner = new EntryLearner(event.kind, event.code, column, this.minPatients);
    this.numbers.set(learner, this.entries.size);
    this.entries.set(key, learner);
    return learner;
  }
}

function keyOf({ kind, code, rest }: EntryLearner): string {
  return `${columnKey({ kind, ...code })}${rest ? ' rest' : ''}`;
}

/** The smallest span that holds an age, by its first day. */
function ageEdge(days: number): number {
  const last = AGE_EDGES.at(-1)!;
  if (days < last) return AGE_EDGES.findLast((edge) => edge <= days)!;
  return Math.ceil(Math.min(OLDEST_YEARS, Math.floor((days + 0.5) / YEAR_DAYS)) * YEAR_DAYS);
}

function nextYear(age: number): number {
  return Math.ceil((Math.round(age / YEAR_DAYS) + 1) * YEAR_DAYS);
}

/** How often the number is there that is there most often. */
function mostOfOne(numbers: readonly number[]): number {
  const times = new Map<number, number>();
  for (const one of numbers) times.set(one, (times.get(one) ?? 0) + 1);
  return Math.max(...times.values());
}
