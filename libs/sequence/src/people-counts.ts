/** Of how many people each value is. People are counted one after another. */
export class PeopleCounts<T extends string | number> {
  private readonly counts = new Map<T, { people: number; last: number; times: number }>();

  add(value: T, person: number): void {
    const own = this.counts.get(value);
    if (!own) this.counts.set(value, { people: 1, last: person, times: 1 });
    else {
      own.times++;
      if (own.last !== person) own.people++;
      own.last = person;
    }
  }

  /** How many people have a value. */
  of(value: T): number {
    return this.counts.get(value)?.people ?? 0;
  }

  /** Times of all values. */
  get all(): number {
    let all = 0;
    for (const { times } of this.counts.values()) all += times;
    return all;
  }

  /** Whether each value is of at least so many people. */
  isAllCommon(least: number): boolean {
    return [...this.counts.values()].every(({ people }) => people >= least);
  }

  /** Values of at least so many people, those of the most times first. */
  common(least: number): T[] {
    return [...this.counts]
      .filter(([, { people }]) => people >= least)
      .sort(([a, one], [b, other]) => other.times - one.times || (a < b ? -1 : 1))
      .map(([value]) => value);
  }

  /** The largest value that, or more than that, at least so many people have; people are in it with each that they have. */
  largest(least: number): number | undefined {
    const values = [...this.counts].filter(([, { people }]) => people >= least).map(([value]) => Number(value));
    return values.length > 0 ? Math.max(...values) : undefined;
  }

  /** How many times a value was there. */
  times(value: T): number {
    return this.counts.get(value)?.times ?? 0;
  }

  /**
   * Neighbouring values joined until each span has at least so many people: the first value of each, and the end of the last. A span ends
   * where its last value does, so that what nobody has after it is of the next one. None where all together have fewer.
   * @param next what comes after a value
   */
  spans(least: number, next: (value: number) => number): number[] {
    const values = [...this.counts.keys()].map(Number).sort((a, b) => a - b);
    const edges: number[] = [];
    let people = 0;
    let start: number | undefined;
    for (const value of values) {
      start ??= value;
      people += this.of(value as T);
      if (people < least) continue;
      edges.push(start);
      [people, start] = [0, next(value)];
    }
    // What is left at the end belongs to the last span.
    return edges.length > 0 ? [...edges, next(values.at(-1)!)] : [];
  }

  /** People of each span. @param edges as `spans` gives them */
  ofSpans(edges: readonly number[]): number[] {
    const people = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
    for (const [value, own] of this.counts) {
      const span = edges.findLastIndex((edge) => edge <= Number(value));
      if (people.length > 0) people[Math.min(people.length - 1, Math.max(0, span))] += own.people;
    }
    return people;
  }
}
