import type { Comparison } from '@ehrsynth/evaluation';
import type { Exposure, LikelihoodAttacks, PrivacyAudit } from '@ehrsynth/privacy';
import type { HistoryFigures, Verdict } from '@ehrsynth/release';
import type { ShownForecasts } from './forecast-section.ts';
import type { ReportOrigin } from './origin.ts';
import type { Timeline } from './timelines.ts';

/** What a report shows. */
export interface ReportData {
  title: string;
  /** What made the patients and measured them. */
  origin?: ReportOrigin;
  /** Of some synthetic patients, never of real ones. */
  timelines?: Timeline[];
  /** What of the records was left out, in sentences. */
  notes?: readonly string[];
  comparison: Comparison;
  privacy: PrivacyAudit;
  verdict: Verdict;
  /** Undefined where records have no visits, or histories were not asked for: not measured. */
  histories?: HistoryFigures;
  /** Futures of held-out people beside what became of them; undefined where none were given. */
  forecasts?: ShownForecasts;
  /** Of the model, where it is at hand and knows how likely a record is. */
  likelihood?: LikelihoodAttacks;
  /** Of planted canaries, as the model and as the synthetic rows show them. */
  canaries?: { canaries: number; repeats: number; byReconstruction: Exposure; bySamples?: Exposure };
  /** Of each epoch: its losses, and now and then how generated rows stood to real ones. */
  training: { phase: string; done: number; losses: Record<string, number>; probe?: { rmse: number } }[];
}
