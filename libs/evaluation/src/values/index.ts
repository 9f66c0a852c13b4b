export { compareValues, type CompareValuesOptions, VALUES_STEPS } from './compare-values.ts';
export type {
  AnswerComparison,
  BothIntervals,
  LabComparison,
  MeasuredComparison,
  NamedCode,
  NamedLab,
  PairComparison,
  ShiftComparison,
  ValuesComparison,
} from './values-comparison.ts';
export type { DigitShare, ValueHistogram } from './histograms.ts';
export type { ValueFigure, MeasuredMean } from './resampling.ts';
export type { Trajectory } from './trajectories.ts';
