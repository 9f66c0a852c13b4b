import type { CodedEvent } from '@ehrsynth/records';
import type { CodeLimits } from '@ehrsynth/vocab';
import type { CodeTimeline } from './timeline.ts';

/** A code of a row that is to be put into encounters. */
export interface Placeable {
  column: number;
  count: number;
  kind: CodedEvent['kind'];
  timeline: CodeTimeline;
  limits?: CodeLimits;
}
