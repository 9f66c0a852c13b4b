import type { Rng } from '@ehrsynth/random';
import type { Life, Spell } from '../life.ts';
import type { Process } from '../process.ts';
import type { VisitKind } from '../types.ts';

/** A contact with care, before it is written into a record. Days are numbers since 1900-01-01. */
export interface Visit {
  kind: VisitKind;
  day: number;
  /** The day of discharge of a stay. */
  lastDay: number;
  /** What it is because of. */
  reasons: Spell[];
  /** ICD-10-CM codes of the visit itself: check-up, supervision of a pregnancy, chemotherapy. */
  codes: string[];
  /** Drugs that are infused. */
  infusions: string[];
  /** Names in PROCEDURES. */
  procedures: string[];
  /** CVX codes. */
  vaccines: string[];
  /** Planned: a weekday, in the morning. */
  elective: boolean;
}

export interface Planning {
  process: Process;
  life: Life;
  rng: Rng;
}

export function visit(kind: VisitKind, day: number, more: Partial<Visit> = {}): Visit {
  return {
    kind,
    day,
    lastDay: day,
    reasons: [],
    codes: [],
    infusions: [],
    procedures: [],
    vaccines: [],
    elective: true,
    ...more,
  };
}

/** True where a planned visit that a share of people keep is kept by this person. */
export function isKept(share: number, { life, rng }: Planning): boolean {
  const odds = (share / (1 - share)) * life.person.keeps;
  return rng.chance(odds / (1 + odds));
}

/** An interval about the mean, gamma-distributed with that coefficient of variation. */
export function interval(mean: number, variation: number, rng: Rng): number {
  return rng.gamma(1 / variation ** 2, mean * variation ** 2);
}

/** Spells of a condition that touch the days from entry to the end of the record. */
export function recordedSpells({ life }: Planning): Spell[] {
  return life.spells.filter(({ begin }) => begin >= life.person.entry && begin < life.end + 1);
}
