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
  /** All runs where there are several, the first of them too: figures then have a range, and `verdict` is by the worst run. */
  runs?: readonly RunFigures[];
  /** Of each epoch: its losses, and now and then how generated rows stood to real ones. */
  training: { phase: string; done: number; losses: Record<string, number>; probe?: { rmse: number } }[];
}

/** What is measured of one of several runs: another sample of one model, or a sample of a model of another seed. */
export interface RunFigures extends Pick<
  ReportData,
  'comparison' | 'privacy' | 'verdict' | 'histories' | 'likelihood'
> {
  /** Seeds of the training and of the sample; undefined where they are not known. */
  seeds?: { train?: number; generate?: number };
}

/** The runs of a report, of which there may be one. */
export function runsOf(data: ReportData): readonly RunFigures[] {
  return data.runs ?? [data];
}
