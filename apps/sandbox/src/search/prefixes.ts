import { rangeOf } from './dates.ts';
import { wrongValue } from './errors.ts';

/** Whether a value between these limits is what is searched. */
export type Test = (low: number, high: number) => boolean;

const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s;
/** Of the number, or of the time between now and the date. @see https://hl7.org/fhir/R4/search.html#prefix, "ap" */
const APPROXIMATELY = 0.1;

/**
 * How the range of a date in a resource, which ends before `high`, compares to what is searched.
 * @throws Rejection where the value is no date
 * @see https://hl7.org/fhir/R4/search.html#prefix
 */
export function dateTest(code: string, value: string, now: number): Test {
  const [, prefix = 'eq', text] = PREFIX.exec(value)!;
  const range = rangeOf(text);
  if (!range) throw wrongValue(code, value, 'not a date such as 2024-01-31 or 2024-01-31T12:00:00Z');
  const equals: Test = (low, high) => range.low <= low && high <= range.high;
  const tests: Record<string, Test> = {
    eq: equals,
    ne: (low, high) => !equals(low, high),
    gt: (_, high) => high > range.high,
    lt: (low) => low < range.low,
    ge: (low, high) => high > range.high || equals(low, high),
    le: (low, high) => low < range.low || equals(low, high),
    sa: (low) => low >= range.high,
    eb: (_, high) => high <= range.low,
    ap: (low, high) => {
      const margin = APPROXIMATELY * Math.abs(now - range.low);
      return high > range.low - margin && low < range.high + margin;
    },
  };
  return tests[prefix];
}

/**
 * How a number in a resource (or a range of them, both limits with it) compares to what is searched. Without a prefix
 * the number searched is as precise as it is written: 5.4 is 5.35 to 5.45.
 * @throws Rejection where the value is no number
 * @see https://hl7.org/fhir/R4/search.html#number
 */
export function numberTest(code: string, value: string): Test {
  const [, prefix = 'eq', text] = PREFIX.exec(value)!;
  const match = /^[+-]?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw wrongValue(code, value, 'not a number such as 5.4 or gt5.4');
  const number = Number(text);
  const [, decimals = '', exponent] = match;
  // 1e2 stands for 95 to 105 in R4's own example: one digit more than it has.
  const digits = exponent === undefined ? decimals.length : decimals.length - Number(exponent) + 1;
  const half = 0.5 * 10 ** -digits;
  const equals: Test = (low, high) => number - half <= low && high < number + half;
  const tests: Record<string, Test> = {
    eq: equals,
    ne: (low, high) => !equals(low, high),
    gt: (_, high) => high > number,
    lt: (low) => low < number,
    ge: (_, high) => high >= number,
    le: (low) => low <= number,
    sa: (low) => low > number,
    eb: (_, high) => high < number,
    ap: (low, high) => {
      const margin = APPROXIMATELY * Math.abs(number);
      return high >= number - margin && low <= number + margin;
    },
  };
  return tests[prefix];
}
