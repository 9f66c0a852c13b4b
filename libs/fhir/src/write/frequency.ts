/** How often in how many days, as FHIR's Timing.repeat has it. */
export interface Frequency {
  frequency: number;
  /** Days. */
  period: number;
}

/** Days up to which a frequency is looked for as whole times in whole days: a year. */
const LONGEST_PERIOD = 366;
/** Of a number that is no such fraction, how many times are tried until rounding gives it back. */
const MOST_TRIES = 100;
/** FHIR's positiveInt. */
const MOST_TIMES = 2 ** 31 - 1;

/**
 * Times a day as whole times in as few whole days as give exactly that number (3 in 7 days, 1 in 2), else in a part of days.
 * Undefined where it is no number of times.
 */
export function toFrequency(timesPerDay: number): Frequency | undefined {
  if (!(timesPerDay > 0) || timesPerDay > MOST_TIMES) return undefined;
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const frequency = Math.round(timesPerDay * period);
    if (frequency > 0 && frequency <= MOST_TIMES && frequency / period === timesPerDay) return { frequency, period };
  }
  for (let frequency = 1; frequency <= MOST_TRIES; frequency++) {
    const period = frequency / timesPerDay;
    if (Number.isFinite(period) && frequency / period === timesPerDay) return { frequency, period };
  }
  const period = 1 / timesPerDay;
  return Number.isFinite(period) ? { frequency: 1, period } : undefined;
}
