import type { LongitudinalComparison, ValuesComparison } from '@ehrsynth/evaluation';
import type { HistoriesAudit } from '@ehrsynth/privacy';

/** Figures of records over time: synthetic, training and held-out records as histories. */
export interface HistoryFigures {
  longitudinal: LongitudinalComparison;
  /** Its figures are undefined where records have no values: not measured. */
  values: ValuesComparison;
  attacks: HistoriesAudit;
}
