import type { EventKind } from '@ehrsynth/records';
import type { Both, SideName } from '../sides.ts';
import type { Effects } from './effects.ts';
import type { Figure } from './figure.ts';
import type { FirstAgeCurve } from './first-age-curves.ts';
import type { HistoryDiscrimination } from './history-discriminator.ts';
import type { NextVisit } from './next-visit.ts';
import type { OutcomeFit } from './outcomes.ts';
import type { DistributionPlots } from './plots.ts';
import type { Succession } from './successions.ts';
import type { TimeFit } from './time.ts';

/** A code as it is shown. */
export interface ShownCode {
  kind: EventKind;
  system: string;
  code: string;
  title?: string;
}

/** Records over time. Each `Figure` is of synthetic against held-out histories, beside that of training against held-out ones. */
export interface LongitudinalComparison {
  seed: number;
  minPatients: number;
  patients: Record<SideName, number>;
  /** Patients of each side that are compared: as many as the smallest has. */
  compared: number;
  /** HALO's six R². */
  codes: Record<
    | 'recordCodes'
    | 'visitCodes'
    | 'recordBigrams'
    | 'visitBigrams'
    | 'sequentialRecordBigrams'
    | 'sequentialVisitBigrams',
    Figure
  >;
  /** Pearson's r of log lifts. */
  nextVisitLift: { r: Figure; pairs: number };
  time: TimeFit;
  recurrence: {
    r: Figure;
    difference: Figure;
    days: Figure;
    codes: Both<number>;
    codesWithDays: Both<number>;
  };
  order: { r: Figure; pairs: Both<number> };
  firstAge: { distance: Figure; codes: Both<number> };
  classGivenCode: { variation: Figure; codes: Both<number> };
  nextVisitPrediction: Shown<NextVisit>;
  outcomes: OutcomeFit[];
  effects: Effects;
  discriminator: HistoryDiscrimination;
  plots: DistributionPlots & {
    /** Shares of records in which a visit with one code is followed by a visit with another. */
    successions: (Omit<Succession, 'from' | 'to'> & { from: ShownCode; to: ShownCode })[];
    firstAges: (Omit<FirstAgeCurve, 'code'> & { code: ShownCode })[];
  };
}

export type Shown<T extends { targets: { code: number }[] }> = Omit<T, 'targets'> & {
  targets: (Omit<T['targets'][number], 'code'> & { code: ShownCode })[];
};
