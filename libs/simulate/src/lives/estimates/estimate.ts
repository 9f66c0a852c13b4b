/** A figure with the interval in which the truth lies in all but 1 of 370 samples (three standard errors). */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

const ERRORS = 3;

export function normalEstimate(value: number, error: number): Estimate {
  return { value, low: value - ERRORS * error, high: value + ERRORS * error };
}

/** Of a ratio whose logarithm has that standard error. */
export function ratioEstimate(ratio: number, logError: number): Estimate {
  return {
    value: ratio,
    low: ratio * Math.exp(-ERRORS * logError),
    high: ratio * Math.exp(ERRORS * logError),
  };
}

export function meanEstimate(values: number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return normalEstimate(mean, Math.sqrt(variance / values.length));
}
