import { Timeline } from '@ehrsynth/decode';
import { z } from 'zod';

/** What a site answers that was asked for its timeline. */
export const TimelineAnswer = z.object({ timeline: Timeline });

/** A site's timeline, its patients, and how many of them have each column. */
export interface PlacedTimeline {
  timeline: Timeline;
  patients: number;
  carriers: readonly number[];
}

/**
 * One timeline for all: of each column that of the site where most patients have it, of all else that of the largest site. Timelines are shares
 * and quantiles, which do not add up; each rests on enough patients of one site.
 */
export function joinTimelines(placed: readonly PlacedTimeline[]): Timeline {
  const largest = placed.reduce((a, b) => (b.patients > a.patients ? b : a));
  const codes = largest.timeline.codes.map((_, column) => {
    const site = placed.reduce((a, b) => (b.carriers[column] > a.carriers[column] ? b : a), largest);
    return site.timeline.codes[column];
  });
  const minPatients = Math.max(...placed.map(({ timeline }) => timeline.minPatients));
  return { ...largest.timeline, minPatients, codes };
}
