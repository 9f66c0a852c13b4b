import type { Interval } from '@ehrsynth/statistics';
import { numberText } from '@ehrsynth/statistics';
import { type Gate, meets } from './gate.ts';
import { LEAST_PEOPLE } from './needed.ts';

export type Outcome = 'passed' | 'failed' | 'too few to tell' | 'not measured';

/** What came of one gate. */
export interface GateOutcome extends Pick<Gate, 'name' | 'section' | 'title' | 'bound' | 'source' | 'advice' | 'safe'> {
  threshold: number;
  /** What was compared with the threshold; undefined where it was not measured, or is withheld. */
  value?: number;
  /** The figure, of which one end was compared. */
  estimate?: Interval;
  outcome: Outcome;
  /**
   * Where there are too few to tell: held-out patients with whom the gate is likely to pass if the model remembers nobody; undefined where as
   * many are not looked at, or those there are do.
   */
  needed?: number;
  /** Synthetic patients to draw for that, where they are more than there are. */
  draws?: number;
}

/** What would settle gates that are too few to tell, all of them: “about 2,200 held-out patients needed”. */
export function neededText(tooFew: readonly Pick<GateOutcome, 'needed' | 'draws'>[]): string {
  const most = (of: 'needed' | 'draws') => Math.max(0, ...tooFew.map((gate) => gate[of] ?? 0));
  const [needed, draws] = [most('needed'), most('draws')];
  const wanted = [needed && `${numberText(needed)} held-out`, draws && `${numberText(draws)} synthetic`].filter(
    Boolean,
  );
  return wanted.length > 0
    ? `about ${wanted.join(' and ')} patients needed`
    : 'more patients are needed than the gate can use';
}

/** Of one gate that is too few to tell: why, where its figure would pass, and what would settle it. */
export function tooFewReason(gate: GateOutcome): string {
  return `${isForFewPeople(gate) ? `${FEW_PEOPLE}; ` : ''}${neededText([gate])}`;
}

/** The rule by which figures within their thresholds are no pass. */
export const FEW_PEOPLE = `with fewer than ${LEAST_PEOPLE} held-out patients no attack passes`;

/** Whether nothing but that rule is in the way of a gate that is too few to tell. */
export function isForFewPeople({ outcome, value, bound, threshold }: GateOutcome): boolean {
  return outcome === 'too few to tell' && value !== undefined && meets(value, bound, threshold);
}
