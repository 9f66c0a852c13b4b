/** Days of a week. */
const WEEK = 7;
/** Whole days up to here have a span each. */
const EXACT_DAYS = 32;

/** Spans of days: each day up to a month by itself, then weeks up to two years, then longer and longer ones. */
export class Spans {
  /** First day of each span, and the day after the last. */
  readonly edges: readonly number[];

  constructor() {
    const edges = Array.from({ length: EXACT_DAYS }, (_, day) => day);
    const extend = (until: number, length: number) => {
      for (let next = edges.length === EXACT_DAYS ? EXACT_DAYS : edges.at(-1)! + length; next < until; next += length)
        edges.push(next);
    };
    extend(EXACT_DAYS + 1, 1);
    extend(2 * 365 + WEEK, WEEK);
    extend(5 * 366, 4 * WEEK);
    extend(15 * 366, 26 * WEEK);
    extend(125 * 366, 5 * 52 * WEEK);
    this.edges = edges;
  }

  /** How many there are. */
  get count(): number {
    return this.edges.length - 1;
  }

  /** The span of a number of days; the last one of more. @param days 0 or more */
  of(days: number): number {
    if (days < EXACT_DAYS) return days;
    let [from, to] = [EXACT_DAYS, this.count - 1];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (this.edges[middle] <= days) from = middle;
      else to = middle - 1;
    }
    return from;
  }

  start(span: number): number {
    return this.edges[span];
  }

  /** Days in a span. */
  length(span: number): number {
    return this.edges[span + 1] - this.edges[span];
  }

  /** Whether a span is of whole weeks, so that the day of the week chooses among its days. */
  isOfWeeks(span: number): boolean {
    return this.length(span) >= WEEK;
  }
}

export const SPANS = new Spans();
