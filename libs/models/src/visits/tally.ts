import { weekdayOf } from '@ehrsynth/histories';
import type { Column } from '@ehrsynth/matrix';
import { type Life, privateDictionary, SPANS, tellLife, type Walk } from '@ehrsynth/sequence';
import { Language } from './language.ts';

/** Counts of one kind. */
export interface Group {
  size: number;
  /** L2 norm of a life's counts, at most: those of a longer one are scaled down to it. */
  most: number;
  /** Of the whole: shares of all groups add up to 1. */
  share: number;
}

/** First days of the lengths that gaps are counted in by class, and stays of more than a day. */
const LENGTHS = [0, 1, 2, 7, 14, 31, 92, 366];
const STAYS = [1, 2, 3, 4, 6, 9, 14, 31];
/** Events of a visit from which on they are counted as that many. */
export const MOST_EVENTS = 11;
/** Months in which records may end. */
export const FIRST_YEAR = 1900;
const MONTHS = 12 * 400;
/** Of how many lives have each code. */
const CARRIERS = { most: 4, share: 0.2 };
/** Tokens that say who a person is. */
const PERSON_TOKENS = 6;

/**
 * What is counted of lives, so that one life's counts have a norm of at most 1 whatever is in it: who it is, gaps and how they depend on the
 * class of the visit before, days of the week, classes, stays, in how many lives a class is and a code is, in which class it is first and how often
 * again, events of a visit, and the month of the last visit. What a life of many visits has more than others is scaled down, in lives that were drawn as in those
 * that were learned from.
 */
export class LifeTally {
  readonly groups: Readonly<Record<string, Group>>;
  private readonly walk: Walk;

  constructor(private readonly language: Language) {
    const { alphabet, dictionary } = language;
    const kinds = dictionary.classes.length + 1;
    const entries = dictionary.entries.length;
    const sizeOf = ({ start, end }: { start: number; end: number }) => end - start;
    this.walk = language.walk();
    this.groups = {
      people: { size: alphabet.weekdays.start, most: Math.sqrt(PERSON_TOKENS), share: 0.12 },
      lastMonth: { size: MONTHS, most: 1, share: 0.03 },
      gaps: { size: sizeOf(alphabet.gaps), most: 10, share: 0.14 },
      gapsByClass: { size: kinds * (LENGTHS.length + 1), most: 14, share: 0.1 },
      weekdays: { size: 7, most: 12, share: 0.03 },
      classes: { size: (kinds + 1) * sizeOf(alphabet.classes), most: 20, share: 0.09 },
      ofClass: { size: kinds, most: 2, share: 0.03 },
      stays: { size: kinds * STAY_LENGTHS, most: 2, share: 0.02 },
      carriers: { size: entries, ...CARRIERS },
      firstIn: { size: kinds * entries, most: 4, share: 0.08 },
      again: { size: entries, most: 14, share: 0.09 },
      sizes: { size: kinds * (MOST_EVENTS + 1), most: 14, share: 0.07 },
    };
  }

  /** Counts of a life by group. */
  of(life: Life): Record<string, Float64Array> {
    const counts = Object.fromEntries(
      Object.entries(this.groups).map(([name, { size }]) => [name, new Float64Array(size)]),
    );
    const { alphabet, dictionary } = this.language;
    const seen = new Set<number>();
    const token = (walk: Walk, chosen: number) => this.count(walk, chosen, counts, seen);
    tellLife(life, dictionary, alphabet, this.walk, { token });
    const last = life.items.at(-1);
    if (last) counts.lastMonth[monthOf(last.day)] = 1;
    for (const [name, { most }] of Object.entries(this.groups)) {
      const own = counts[name];
      const norm = Math.sqrt(own.reduce((sum, one) => sum + one * one, 0));
      if (norm > most) for (let i = 0; i < own.length; i++) own[i] *= most / norm;
    }
    return counts;
  }

  private count(walk: Walk, token: number, counts: Record<string, Float64Array>, seen: Set<number>): void {
    const { alphabet, dictionary } = this.language;
    const { phase, kind } = walk;
    const entries = dictionary.entries.length;
    if (token < alphabet.weekdays.start) counts.people[token]++;
    else if (phase === 'gap') {
      counts.gaps[token - alphabet.gaps.start]++;
      counts.gapsByClass[kind * (LENGTHS.length + 1) + lengthOf(token - alphabet.gaps.start)]++;
    } else if (phase === 'class') {
      // Those of a new encounter, and of none.
      if (token > alphabet.death && token <= alphabet.alone) counts.ofClass[token - alphabet.death - 1] = 1;
      counts.classes[walk.context * (alphabet.classes.end - alphabet.classes.start) + token - alphabet.classes.start]++;
      if (walk.context <= dictionary.classes.length) counts.weekdays[weekdayOf(walk.day)]++;
    } else if (phase === 'stay') {
      const length = stayLengthOf(token - alphabet.stays.start);
      // That of one day is what nearly all are.
      if (length >= 0) counts.stays[kind * STAY_LENGTHS + length]++;
    } else if (phase === 'code') {
      if (token === alphabet.endOfVisit) {
        counts.sizes[kind * (MOST_EVENTS + 1) + Math.min(MOST_EVENTS, walk.events.length)]++;
      } else {
        const entry = token - alphabet.codes.start;
        if (seen.has(entry)) counts.again[entry]++;
        else {
          counts.carriers[entry]++;
          counts.firstIn[kind * entries + entry]++;
        }
        seen.add(entry);
      }
    }
    walk.changes.seen();
  }
}

/** Of gaps by class: 0 is the end of the record. @param gap token of a gap, from 0 */
export function lengthOf(gap: number): number {
  if (gap === 0) return 0;
  const days = SPANS.start(gap - 1);
  return 1 + LENGTHS.findLastIndex((first) => first <= days);
}

/** Of a stay's span; −1 is a day. */
export function stayLengthOf(span: number): number {
  return STAYS.findLastIndex((first) => first <= SPANS.start(span));
}

export const STAY_LENGTHS = STAYS.length;

export const LENGTHS_OF_GAPS = LENGTHS.length + 1;

function monthOf(day: number): number {
  const date = new Date(day * 86_400_000);
  const month = 12 * (date.getUTCFullYear() - FIRST_YEAR) + date.getUTCMonth();
  return Math.min(MONTHS - 1, Math.max(0, month));
}

/** The last day of a month of `lastMonth`, as a day number. */
export function lastDayOf(month: number): number {
  return Date.UTC(FIRST_YEAR, month + 1, 0) / 86_400_000;
}

/** How many counts there are of lives in the words that a private training has for these columns. */
export function countsOf(columns: readonly Column[]): number {
  const { groups } = new LifeTally(new Language(privateDictionary(columns, new Map())));
  return Object.values(groups).reduce((sum, { size }) => sum + size, 0);
}

/** The standard deviation of the noise on how many patients have a code. */
export function deviationOfCarriers(noiseMultiplier: number): number {
  return (noiseMultiplier * CARRIERS.most) / Math.sqrt(CARRIERS.share);
}
