export { simulatePatients, type SimulationOptions } from './sets/simulate.ts';
export { simulateLives, type LivesOptions } from './lives/simulate-lives.ts';
export { SIMULATION_END } from './lives/days.ts';
export { truthOf, type Truth, type TrueHazardRatio, type TrueOddsRatio, type TrueRepeats } from './lives/truth.ts';
export { WORLD, worldWith } from './lives/world.ts';
export type {
  World,
  WorldOverrides,
  DeepPartial,
  Mortality,
  Condition,
  Drug,
  Latent,
  Population,
  Treatment,
  VisitRhythm,
  ByAge,
  Duration,
  Consequence,
  Cycles,
} from './lives/types.ts';
export { estimateHazardRatio } from './lives/estimates/hazard-ratio.ts';
export { estimateOddsRatio } from './lives/estimates/odds-ratio.ts';
export { autocorrelation, changeAfter, semivariance, withinCorrelation } from './lives/estimates/values.ts';
export { byMonth, refillLateness, survival, visitsAfterDischarge } from './lives/estimates/rhythms.ts';
export type { Estimate } from './lives/estimates/estimate.ts';
