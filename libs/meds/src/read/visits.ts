import { compareInstants, type Encounter, type Problem } from '@ehrsynth/records';
import type { Meaning } from '../codes/meaning.ts';
import type { StayOf } from '../codes/words.ts';
import type { Row } from './rows.ts';
import { type Instant, instantOf } from './times.ts';

type VisitMeaning = Extract<Meaning, { is: 'visit' }>;
/** Counts a row of a visit: as used, as left out, or as used with something to know. */
export interface VisitCounting {
  use: () => void;
  skip: (reason: string) => void;
  note: (problem: Pick<Problem, 'reason' | 'detail'>) => void;
}

interface Stay {
  of: StayOf;
  visit: string | null;
  isOpen: boolean;
  encounter: Encounter;
}

export const CLASS_UNKNOWN = 'visit whose class is not understood, read as AMB';
export const WITHIN_STAY = 'intensive care within a stay';
export const NO_BEGINNING = 'discharge without an admission';

/**
 * The encounters of a subject, from rows in the order of time: a visit with its end in a column, or an admission and the discharge that
 * follows it, of the same visit where the source numbers visits.
 */
export class Visits {
  private readonly stays: Stay[] = [];

  get encounters(): Encounter[] {
    return this.stays.map(({ encounter }) => encounter);
  }

  add(row: Row, meaning: VisitMeaning, count: VisitCounting): void {
    const start = row.minutes === null ? undefined : instantOf(row.minutes);
    if (meaning.step === 'end') return this.end(row, meaning.of, start, count);
    // An intensive care unit is a place within a stay, and a stay of its own where there is none around it.
    if (meaning.of === 'intensive care' && this.hasOpen('hospital')) return count.skip(WITHIN_STAY);
    if (meaning.class === undefined) count.note({ reason: CLASS_UNKNOWN, detail: row.code! });
    const end = row.end === null ? undefined : instantOf(row.end);
    const encounter: Encounter = { class: meaning.class ?? 'AMB', ...asStart(start), ...asEnd(end, start) };
    this.stays.push({ of: meaning.of, visit: row.visit, isOpen: encounter.end === undefined, encounter });
    count.use();
  }

  /** The encounter in which something happened: the one of its number, else by its time where visits have no numbers. */
  of(row: Row, at: Instant | undefined, hasNumbers: boolean): number | undefined {
    if (this.stays.length === 0) return undefined;
    if (!hasNumbers) return at && this.around(at, () => true);
    if (row.visit === null) return undefined;
    const isOwn = (stay: Stay) => stay.visit === row.visit;
    const index = (at && this.around(at, isOwn)) ?? this.stays.findIndex(isOwn);
    return index < 0 ? undefined : index;
  }

  private end(row: Row, of: StayOf, at: Instant | undefined, count: VisitCounting): void {
    const isOf = (stay: Stay) => stay.isOpen && stay.of === of;
    const stay =
      (row.visit !== null && this.stays.findLast((one) => isOf(one) && one.visit === row.visit)) ||
      this.stays.findLast((one) => isOf(one) && (row.visit === null || one.visit === null));
    if (!stay) return count.skip(of === 'intensive care' ? WITHIN_STAY : NO_BEGINNING);
    stay.isOpen = false;
    const { start: day, startTime: time } = stay.encounter;
    Object.assign(stay.encounter, asEnd(at, day === undefined ? undefined : { day, time }));
    count.use();
  }

  private hasOpen(of: StayOf): boolean {
    return this.stays.some((stay) => stay.isOpen && stay.of === of);
  }

  /** The last that began before it and had not ended; by days where one of the two has no time of day. */
  private around(at: Instant, isMeant: (stay: Stay) => boolean): number | undefined {
    for (let i = this.stays.length - 1; i >= 0; i--) {
      const { start, startTime, end = start, endTime } = this.stays[i].encounter;
      if (start === undefined || end === undefined || !isMeant(this.stays[i])) continue;
      const began = compare([start, startTime], at) <= 0;
      if (began && compare([end, endTime], at) >= 0) return i;
    }
    return undefined;
  }
}

function compare([day, time]: [string, string?], at: Instant): number {
  const isExact = time !== undefined && at.time !== undefined;
  return compareInstants(isExact ? [day, time] : [day], isExact ? [at.day, at.time] : [at.day]);
}

export function asStart(instant: Instant | undefined): { start?: string; startTime?: string } {
  if (!instant) return {};
  return instant.time === undefined ? { start: instant.day } : { start: instant.day, startTime: instant.time };
}

/** An end before its start is none. */
export function asEnd(instant: Instant | undefined, start: Instant | undefined): { end?: string; endTime?: string } {
  if (!instant || (start && compare([instant.day, instant.time], start) < 0)) return {};
  return instant.time === undefined ? { end: instant.day } : { end: instant.day, endTime: instant.time };
}
