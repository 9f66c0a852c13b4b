export { correlationOf } from './correlation.ts';
export { compare, COMPARISON_STEPS, type CompareOptions, type Comparison, type CodePrevalence } from './compare.ts';
export { type DemographicCategory, type DemographicShares, withheldCategoryText } from './demographic-shares.ts';
export { NoRowsError, requireRows, type Part } from './errors.ts';
export { knowledgeViolation, type Limits, type Violations } from './knowledge-violation.ts';
export {
  isSmallCell,
  SMALL_CELL,
  type Withheld,
  withheldText,
  type CorrelationMatrices,
  type LengthHistogram,
} from './small-cells.ts';
export * from './values/index.ts';
export {
  compareHistories,
  type CompareHistoriesOptions,
  LONGITUDINAL_STEPS,
} from './longitudinal/compare-histories.ts';
export type { LongitudinalComparison, ShownCode, Shown } from './longitudinal/comparison.ts';
export type { Figure } from './longitudinal/figure.ts';
export type { Both, SideName, SIDES } from './sides.ts';
export type { BinnedShares } from './longitudinal/binned.ts';
export { OUTCOMES, type OutcomeDefinition } from './longitudinal/outcome-definitions.ts';
export { EFFECTS, type EffectDefinition } from './longitudinal/effect-definitions.ts';
export type { CodePrefixes, CodeSet } from './longitudinal/code-set.ts';
export type { OutcomeFit, Skill } from './longitudinal/outcomes.ts';
export type { Effect, EffectOfGroup, Effects, RatioFit, Ratios } from './longitudinal/effects.ts';
export { compareForecasts, type CompareForecastsOptions } from './forecasts/compare-forecasts.ts';
export type { Forecast } from './forecasts/forecast.ts';
export type {
  ForecastComparison,
  HorizonComparison,
  MeanComparison,
  OutcomeComparison,
} from './forecasts/forecast-comparison.ts';
export type { CountFit, Fit } from './count-dispersion.ts';
export type { Coverage } from './coverage.ts';
export type { Prediction, PredictionFit, Skill as PredictionSkill } from './dimension-wise-prediction.ts';
export type { Discrimination } from './discriminator.ts';
export type { ClusterFit } from './latent-clusters.ts';
export type { FirstAgeCurve } from './longitudinal/first-age-curves.ts';
export type { HistoryDiscrimination } from './longitudinal/history-discriminator.ts';
export type { SurvivalPoint } from './longitudinal/kaplan-meier.ts';
export type { NextVisit } from './longitudinal/next-visit.ts';
export type { DistributionPlots } from './longitudinal/plots.ts';
export type { Succession } from './longitudinal/successions.ts';
export type { TimeFit } from './longitudinal/time.ts';
export type { PairFit } from './pairs.ts';
export type { PrevalenceFit } from './prevalence.ts';
export type { LengthFit } from './record-length.ts';
export type { OutcomeTask, FeatureAgreement } from './train-on-synthetic.ts';
