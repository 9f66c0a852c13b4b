export { correlationOf } from './correlation.ts';
export { compare, COMPARISON_STEPS, type CompareOptions, type Comparison, type CodePrevalence } from './compare.ts';
export { type DemographicCategory, type DemographicShares, withheldCategoryText } from './demographic-shares.ts';
export { NoRowsError, requireRows } from './errors.ts';
export { knowledgeViolation, type Limits, type Violations } from './knowledge-violation.ts';
export { isSmallCell, SMALL_CELL, type Withheld, withheldText } from './small-cells.ts';
export * from './values/index.ts';
export {
  compareHistories,
  type CompareHistoriesOptions,
  LONGITUDINAL_STEPS,
} from './longitudinal/compare-histories.ts';
export type { LongitudinalComparison, ShownCode } from './longitudinal/comparison.ts';
export type { Figure } from './longitudinal/figure.ts';
export type { Both } from './sides.ts';
export type { BinnedShares } from './longitudinal/binned.ts';
export { OUTCOMES, type OutcomeDefinition } from './longitudinal/outcome-definitions.ts';
export { EFFECTS, type EffectDefinition } from './longitudinal/effect-definitions.ts';
export type { CodePrefixes, CodeSet } from './longitudinal/code-set.ts';
export type { OutcomeFit } from './longitudinal/outcomes.ts';
export type { Effect, EffectOfGroup, Effects, RatioFit, Ratios } from './longitudinal/effects.ts';
export { compareForecasts, type CompareForecastsOptions } from './forecasts/compare-forecasts.ts';
export type { Forecast } from './forecasts/forecast.ts';
export type {
  ForecastComparison,
  HorizonComparison,
  MeanComparison,
  OutcomeComparison,
} from './forecasts/forecast-comparison.ts';
