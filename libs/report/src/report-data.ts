import type { Comparison, LongitudinalComparison, ValuesComparison } from '@ehrsynth/evaluation';
import type { Exposure, HistoriesAudit, PrivacyAudit } from '@ehrsynth/privacy';
import type { Verdict } from '@ehrsynth/release';

/** What a report shows. */
export interface ReportData {
  title: string;
  comparison: Comparison;
  privacy: PrivacyAudit;
  verdict: Verdict;
  /** Of records over time, where they were compared. */
  histories?: { longitudinal: LongitudinalComparison; values: ValuesComparison; attacks: HistoriesAudit };
  /** Of planted canaries, as the model and as the synthetic rows show them. */
  canaries?: { canaries: number; repeats: number; byReconstruction: Exposure; bySamples?: Exposure };
  /** Of each epoch: its losses, and now and then how generated rows stood to real ones. */
  training: { phase: string; done: number; losses: Record<string, number>; probe?: { rmse: number } }[];
}
