import { Code, Comparator, EventKind, Sex } from '@ehrsynth/records';
import { z } from 'zod';
import { ValueBins } from './value-bins.ts';

const share = z.number().min(0);
const whole = z.number().int();
const Unit = z.object({ unit: z.string().optional(), system: z.string().optional(), code: z.string().optional() });

/** What an event of a code says besides the code. */
export const Variant = z.union([
  z.object({ type: z.literal('plain') }),
  z.object({ type: z.literal('answer'), answer: Code }),
  z.object({ type: z.literal('limit'), comparator: Comparator, value: z.number(), unit: Unit }),
  /** A number, by the bin that it is in, of one of the entry's scales. */
  z.object({ type: z.literal('number'), scale: whole.min(0), bin: whole.min(0) }),
]);
export type Variant = z.infer<typeof Variant>;

/** A code that enough people have, with what its events are like. */
export const Entry = z.object({
  kind: EventKind,
  code: Code,
  /** Its column of the cohort. */
  column: whole.min(0),
  /** Whether it stands for all codes of its column that too few people have for entries of their own. */
  rest: z.boolean(),
  /** Of each a token. */
  variants: z.array(Variant).min(1),
  /** Units of its numbers, with the grains of the numbers in each. */
  scales: z.array(z.object({ unit: Unit, bins: ValueBins })),
  panel: Code.optional(),
  category: z.string().optional(),
  range: z.object({ low: z.number().optional(), high: z.number().optional() }).optional(),
  /** Whether the source says which values are high and low. */
  isInterpreted: z.boolean(),
  /** How it is given and lasts: details of events as JSON that enough people share, with the times each was there. */
  details: z.array(z.tuple([z.string(), share])),
  /** Times that nothing of this was kept of an event. */
  withoutDetails: share,
  /** Days from start to end. */
  lengths: ValueBins.optional(),
  /** Events with an end, and without one. */
  ended: share,
  open: share,
  /** How many of it are on one day of a visit, at most. */
  times: whole.min(1),
  /** Classes of visits that never have it, by number; that of no encounter follows those that have names. */
  neverIn: z.array(whole.min(0)),
  /** Classes of visits in which nobody has it for the first time. */
  neverFirstIn: z.array(whole.min(0)),
  /** Entries after which nobody has it for the first time, by number. */
  neverFirstAfter: z.array(whole.min(0)),
  sex: z.enum(['female', 'male']).optional(),
  /** Years, inclusive. */
  minAge: z.number().optional(),
  maxAge: z.number().optional(),
});
export type Entry = z.infer<typeof Entry>;

/** What lives are written in: everything in it rests on at least `minPatients` people. */
export const Dictionary = z.object({
  sexes: z.array(Sex),
  races: z.array(z.string()),
  ethnicities: z.array(z.string()),
  /** Classes of encounters, the commonest first. */
  classes: z.array(z.string()),
  /** Of each class the days from the first to the last of its longest encounters. */
  longest: z.array(whole.min(0)),
  /** Visits and later days of stays that a record has at most, and those of one day. */
  mostItems: whole.min(1),
  mostItemsOfDay: whole.min(1),
  /** Spans of calendar years of first visits: first year of each, and the year after the last. */
  years: z.array(whole),
  /** Spans of ages in days at the first visit: first day of each, and the day after the last. */
  ages: z.array(whole),
  /** The day number after which no visit is drawn. */
  lastDay: whole,
  /** Whether enough people died: otherwise no death is learned, nor drawn. */
  deaths: z.boolean().default(true),
  /** What enough people lack: `years` a visit, `ages` a date of birth. */
  lacked: z.array(z.enum(['sexes', 'races', 'ethnicities', 'years', 'ages'])),
  /** The commonest in visits first. */
  entries: z.array(Entry),
});
export type Dictionary = z.infer<typeof Dictionary>;

/** What of the records no token says, by number of events and encounters, and what there was. */
export interface LeftOut {
  events: number;
  encounters: number;
  /** Events with a number, an answer or a limit. */
  values: number;
  /** Events of codes that have no column, or whose column has too few people. */
  rareEvents: number;
  undatedEvents: number;
  undatedEncounters: number;
  /** Values of units, answers and limits that too few people have: the event is kept. */
  rareValues: number;
  /** Events of a code that is there more often on one day of a visit than it is with enough people. */
  repeatedEvents: number;
  /** Encounters of a class that too few people have: written as the commonest class. */
  rareClasses: number;
  /** Deaths, where fewer people died than a word needs: such records end as others do. */
  rareDeaths: number;
  /** Visits and events before birth, after death, or within a stay that begins before three later ones. */
  misplacedEvents: number;
}

export function nothingLeftOut(): LeftOut {
  return {
    events: 0,
    encounters: 0,
    values: 0,
    rareEvents: 0,
    undatedEvents: 0,
    undatedEncounters: 0,
    rareValues: 0,
    repeatedEvents: 0,
    rareClasses: 0,
    rareDeaths: 0,
    misplacedEvents: 0,
  };
}
