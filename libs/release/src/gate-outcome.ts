import type { Interval } from '@ehrsynth/statistics';
import type { Gate } from './gate.ts';

export type Outcome = 'passed' | 'failed' | 'too few to tell' | 'not measured';

/** What came of one gate. */
export interface GateOutcome extends Pick<Gate, 'name' | 'section' | 'title' | 'bound' | 'source' | 'advice' | 'safe'> {
  threshold: number;
  /** What was compared with the threshold; undefined where it was not measured, or is withheld. */
  value?: number;
  /** The figure, of which one end was compared. */
  estimate?: Interval;
  outcome: Outcome;
  /** Held-out patients with whom the gate could pass, if the estimate stays; where there are too few to tell. */
  needed?: number;
}
