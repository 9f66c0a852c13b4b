/** The logarithm of a ratio with its variance. */
export interface LogRatio {
  log: number;
  variance: number;
}

/** A table of two by two: exposed and not, with the outcome and without. */
export interface TwoByTwo {
  exposedWith: number;
  exposedWithout: number;
  otherWith: number;
  otherWithout: number;
}

/**
 * Log odds ratio with Woolf's variance; half a person is added to each cell where one is empty.
 * @see Woolf 1955; Haldane 1956
 */
export function oddsRatio({ exposedWith, exposedWithout, otherWith, otherWithout }: TwoByTwo): LogRatio {
  const cells = [exposedWith, exposedWithout, otherWith, otherWithout];
  const [a, b, c, d] = cells.some((cell) => cell === 0) ? cells.map((cell) => cell + 0.5) : cells;
  return { log: Math.log((a * d) / (b * c)), variance: 1 / a + 1 / b + 1 / c + 1 / d };
}
