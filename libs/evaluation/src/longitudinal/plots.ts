import { type BinnedShares, binnedShares, COUNT_BINS, DAY_BINS } from './binned.ts';
import type { Sides } from './side.ts';
import { codesPerVisit, gaps, spans, visitsPerRecord } from './time-values.ts';

/** Undefined where too few real people have any. */
export interface DistributionPlots {
  visitsPerRecord?: BinnedShares;
  /** Days. */
  spans?: BinnedShares;
  gaps?: BinnedShares;
  codesPerVisit?: BinnedShares;
}

/** Distributions of how often and how long people are seen. */
export function distributionPlots(sides: Sides, minPatients: number): DistributionPlots {
  return {
    visitsPerRecord: binnedShares(sides, visitsPerRecord, COUNT_BINS, minPatients, true),
    spans: binnedShares(sides, spans, DAY_BINS, minPatients, true),
    gaps: binnedShares(sides, gaps, DAY_BINS, minPatients),
    codesPerVisit: binnedShares(sides, codesPerVisit, COUNT_BINS, minPatients),
  };
}
