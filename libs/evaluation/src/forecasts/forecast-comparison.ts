import type { Interval } from '@ehrsynth/statistics';
import type { ShownCode } from '../longitudinal/comparison.ts';

/** How drawn futures of people stand to what became of them. */
export interface ForecastComparison {
  /** Real people whose futures were drawn, of whom anything is known by the day, and who were alive then. */
  people: number;
  /** Futures per person, mean. */
  futuresPerPerson: number;
  horizons: HorizonComparison[];
  /** Over the outcomes of all horizons. */
  summary: {
    outcomes: number;
    /** Share of them whose interval of observed to expected holds 1; one that no future has does not. */
    covered?: number;
    /** A ratio without an expected number counts as infinite, and is left out of JSON where it is the median. */
    medianRatio?: number;
    meanAuroc?: number;
  };
}

/** What is known so many days after the day of the forecast. */
export interface HorizonComparison {
  days: number;
  /** Share of the people whose record reaches so far or ends by death, and share of their futures; the rest is left out. */
  followed: {
    /** Undefined where it is of few people, or of all but few. */
    observed?: number;
    expected: number;
  };
  /** Visits per person. */
  visits?: MeanComparison;
  /** Different codes per person that are new. */
  newCodes?: MeanComparison;
  /** Most often observed first. */
  outcomes: OutcomeComparison[];
  notMeasured?: string;
}

/** A number per person. */
export interface MeanComparison {
  observed: number;
  expected: number;
  /** Observed to expected; undefined where no future has any. */
  ratio?: Interval;
}

/** Whether people get a code that they never had before, or die. */
export interface OutcomeComparison {
  outcome: ShownCode | 'death';
  /** Who have not had it before; undefined where those who had it, or who are not followed, are few. */
  people?: number;
  observed: number;
  /** Shares of futures, summed over people. */
  expected: number;
  /** Observed to expected; undefined where no future has it. */
  ratio?: Interval;
  /** Undefined where everybody has it. */
  auroc?: Interval;
  /** Brier score of the shares, without what their number of draws adds. */
  brier: number;
}
