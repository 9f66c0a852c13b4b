import type { Interval } from '@ehrsynth/statistics';
import type { SideName } from '../sides.ts';
import type { DigitShare, ValueHistogram } from './histograms.ts';
import type { ValueFigure } from './resampling.ts';
import type { Trajectory } from './trajectories.ts';

/** A code as it is printed. */
export interface NamedCode {
  system: string;
  code: string;
  display?: string;
}

/** A code with the unit of its values, where they have one. */
export type NamedLab = NamedCode & { unit?: string };

/** Figures of synthetic against held-out patients, and the floor: training against held-out patients. Undefined: not measured. */
export interface BothIntervals {
  synthetic?: Interval;
  floor?: Interval;
}

/**
 * How the values of synthetic patients compare with those of held-out ones, beside how those of training patients do. Plain JSON. A
 * figure that so few patients or values cannot give is undefined: not measured. Codes, answers and bins of fewer than `minPatients`
 * real patients are not in it.
 */
export interface ValuesComparison {
  seed: number;
  minPatients: number;
  /** All there are, and how many of each side were compared: as many of each. */
  patients: Record<SideName, number> & { compared: number };
  /** Each (code, unit) of which held-out patients have 50 values; `leftOut` says how many they have fewer of. */
  labs: LabComparison[];
  leftOut: number;
  /** Means over labs. */
  distribution: Record<'ks' | 'wasserstein' | 'outside' | 'lastDigit' | 'bounds', ValueFigure>;
  withinPatient: Record<'autocorrelation' | 'intraclass' | 'differences', ValueFigure>;
  /** Rank correlations of two labs in one visit: mean absolute difference over pairs. */
  pairs: { difference: ValueFigure; byPair: PairComparison[] };
  /** Shares of visits in which a code was measured: mean absolute difference over classes or conditions, and codes. */
  measured: Record<'byClass' | 'byCondition', MeasuredComparison>;
  /** Shifts of a lab's mean by codes. */
  shifts: Record<'withCode' | 'afterDrug', ShiftComparison>;
  /** Total variation of coded answers: mean over codes. */
  answers: { difference: ValueFigure; byCode: AnswerComparison[] };
}

export interface LabComparison {
  lab: NamedLab;
  /** Values compared; those of training patients where there are not few of them. */
  values: { holdout: number; synthetic: number; training?: number };
  ks: BothIntervals;
  wasserstein: BothIntervals;
  /** Without a floor where a few training patients are behind it. */
  outside: BothIntervals;
  lastDigit: BothIntervals;
  /** Not there where a few real patients have bounds. */
  bounds: BothIntervals;
  /** Undefined where too few patients have two values. */
  withinPatient?: Record<'autocorrelation' | 'intraclass' | 'differences', BothIntervals> & {
    /** The correlations of each side. */
    sides: Record<'autocorrelation' | 'intraclass', Partial<Record<SideName, number>>>;
  };
  /** Undefined where too few real patients have values. */
  histogram?: ValueHistogram;
  digits: DigitShare[];
  /** Of synthetic patients; only of the labs with most values. */
  trajectories?: Trajectory[];
}

export interface PairComparison {
  labs: [NamedLab, NamedLab];
  holdout: number;
  training?: number;
  synthetic?: number;
}

export interface MeasuredComparison {
  difference: BothIntervals;
  /** Visit classes, or the displays or codes of conditions. */
  of: string[];
  codes: NamedCode[];
  /** Shares of visits, classes or conditions × codes; null where a small number of real patients stands behind one. */
  shares: Record<SideName, (number | null)[][]>;
}

export interface ShiftComparison {
  r: BothIntervals;
  /** Mean absolute difference of the shifts, in the same unit as these. */
  difference: BothIntervals;
  /** In standard deviations of held-out patients' means. */
  byCode: { lab: NamedLab; code: NamedCode; holdout: number; training?: number; synthetic?: number }[];
}

export interface AnswerComparison {
  code: NamedCode;
  difference: BothIntervals;
  /** Undefined: all answers that few real patients give, and the rarest other. */
  answers: { answer?: NamedCode; holdout: number; training: number; synthetic: number }[];
}
