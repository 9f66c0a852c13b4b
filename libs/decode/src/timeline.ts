import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { BrokenTimelineError } from './errors.ts';
import { Histogram } from './histogram.ts';

const Shares = z.record(z.string(), z.number().min(0));

/** What is known of one column's place in time. */
const CodeTimeline = z.object({
  /** Age in years at the first occurrence. */
  firstAge: Histogram.optional(),
  /** Occurrences in a patient who has it. */
  repeats: Histogram.optional(),
  /** Share of the carriers in whom it is still active at the end of the record. */
  active: z.number().optional(),
  /** Encounter classes of its occurrences. */
  classes: Shares.optional(),
  /** Columns in whose encounter it first stands, with the probability where a patient has both. */
  together: z.array(z.object({ column: z.number().int(), probability: z.number() })).optional(),
  /** Conditions that it does not come before. */
  after: z.array(z.number().int()).optional(),
  /** The only sex that has it, where no rule says so: others never do, of whom 20 or more would by chance. */
  sex: z.enum(['female', 'male']).optional(),
  /** Only the dead have it: nobody alive does, of whom 20 or more would by chance. */
  onlyDead: z.literal(true).optional(),
});
export type CodeTimeline = z.infer<typeof CodeTimeline>;

/**
 * What a row forgets and the decoder needs: aggregates, each over at least `minPatients` patients. No patient is in it. What fewer have
 * stands as what nobody has, and what all but fewer have as what everybody has.
 */
export const Timeline = z.object({
  format: z.literal('ehrsynth-timeline-1'),
  minPatients: z.number().int(),
  /** The last day of the synthetic records: the end of the year in which most of the source's records end. */
  asOf: z.iso.date(),
  /** Encounters of a patient by the number of events: the first bucket whose `upTo` is not less applies. */
  encounters: z.array(z.object({ upTo: z.number(), counts: Histogram })),
  /** Share of the encounters in which none of the columns stands. */
  emptyEncounters: z.number().min(0).max(0.99),
  /** Days from one encounter to the next. */
  gapDays: Histogram.optional(),
  /** Shares of the encounters. */
  classes: Shares,
  /** Days from start to end, by class. */
  stayDays: z.record(z.string(), Histogram),
  /** Share of the patients who have died, by age band, of those without a code that only the dead have. */
  deaths: Shares,
  /** Shares of the ethnicities, by race ('' where it is not known). */
  ethnicities: z.record(z.string(), Shares),
  /** In the order of the columns. */
  codes: z.array(CodeTimeline),
});
export type Timeline = z.infer<typeof Timeline>;

export async function saveTimeline(folder: string, timeline: Timeline): Promise<void> {
  await writeFileAtomic(join(folder, 'timeline.json'), `${JSON.stringify(timeline)}\n`);
}

/**
 * @param columns how many there are: the timeline has as many codes
 * @throws BrokenTimelineError, UserError where the folder has no timeline
 */
export async function loadTimeline(folder: string, columns: number): Promise<Timeline> {
  const path = join(folder, 'timeline.json');
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  let timeline: Timeline;
  try {
    timeline = Timeline.parse(JSON.parse(text));
  } catch (cause) {
    throw new BrokenTimelineError(path, cause);
  }
  if (timeline.codes.length !== columns)
    throw new BrokenTimelineError(path, undefined, `${timeline.codes.length} codes, but ${columns} columns`);
  return timeline;
}
