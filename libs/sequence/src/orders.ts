/** Codes of which it is counted which comes first. */
const MOST_CODES = 1000;
/** People who have both of two codes, on different days, from which on it is taken to be impossible that one comes after the other. */
const LEAST_PEOPLE = 20;

/** Which of two codes people have first. People are given one after another. */
export class Orders {
  /** Of each code, by each other one, the people who had it on an earlier day. */
  private readonly before = new Int32Array(MOST_CODES * MOST_CODES);

  /** @param first the first day of each code that a person has, by the code's number */
  add(first: ReadonlyMap<number, number>): void {
    const own = [...first].filter(([code]) => code < MOST_CODES);
    for (const [one, day] of own)
      for (const [other, later] of own) if (day < later) this.before[one * MOST_CODES + other]++;
  }

  /** Whether nobody has a code for the first time after another one, though enough people have both. */
  isNeverAfter(code: number, other: number): boolean {
    if (Math.max(code, other) >= MOST_CODES) return false;
    const { before } = this;
    return before[other * MOST_CODES + code] === 0 && before[code * MOST_CODES + other] >= LEAST_PEOPLE;
  }
}
