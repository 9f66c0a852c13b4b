import type { Comparison } from '@ehrsynth/evaluation';
import type { TrainingEvent } from '@ehrsynth/models';
import type { LikelihoodAttacks, PrivacyAudit } from '@ehrsynth/privacy';
import type { Figures, HistoryFigures, SourceFigures, Verdict } from '@ehrsynth/release';
import type { RunFigures, ShownForecasts } from '@ehrsynth/report';
import type { CanaryReport } from '../training/canaries.ts';

/** Everything that is measured of synthetic patients, and how it stands to a policy. */
export interface Assessment {
  /** What of the records was left out, in sentences. */
  notes: string[];
  comparison: Comparison;
  privacy: PrivacyAudit;
  /** Of records over time; undefined where records have no visits, or nobody asked for them: not measured. */
  histories?: HistoryFigures;
  /** Whether the synthetic records have visits or dated events; undefined where nobody asked for records over time. */
  dated?: boolean;
  /** Futures of held-out people beside what became of them; undefined where none were given. */
  forecasts?: ShownForecasts;
  /** Of a model of records; undefined where it is not at hand, or draws rows: not measured. */
  likelihood?: LikelihoodAttacks;
  canaries?: CanaryReport;
  kAnonymity?: Figures['kAnonymity'];
  records?: Figures['records'];
  source?: SourceFigures;
  verdict: Verdict;
  /** All runs where there are several: everything else is of the first, and the verdict by the worst. */
  runs?: readonly RunFigures[];
  /** How the model was trained; empty where it is not at hand. */
  training: TrainingEvent[];
}
