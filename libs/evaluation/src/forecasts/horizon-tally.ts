import type { Aftermath } from './aftermath.ts';

/** In place of a code's number. */
export const DEATH = -1;

/** What happened to people within so many days, and to how large a share of their futures it does. */
export class HorizonTally {
  /** Futures of each person that reach so far, and how many there are of all. */
  readonly futures: Float64Array;
  drawn = 0;
  /** Whether the real record reaches so far. */
  readonly isFollowed: Uint8Array;
  readonly visits: Both;
  readonly newCodes: Both;
  /** By place of the outcome among `outcomes`; those who had a code before are not at risk. */
  readonly outcomes: (Both & { isAtRisk: Uint8Array })[];
  private readonly placeOf: Map<number, number>;

  /** @param outcomes numbers of codes, and DEATH */
  constructor(
    readonly days: number,
    readonly people: number,
    outcomes: readonly number[],
  ) {
    this.futures = new Float64Array(people);
    this.isFollowed = new Uint8Array(people);
    this.visits = both(people);
    this.newCodes = both(people);
    this.outcomes = outcomes.map(() => ({ ...both(people), isAtRisk: new Uint8Array(people).fill(1) }));
    this.placeOf = new Map(outcomes.map((outcome, place) => [outcome, place]));
  }

  addReal(person: number, aftermath: Aftermath): void {
    this.isFollowed[person] = Number(aftermath.followed >= this.days);
    this.add(person, aftermath, 'observed');
  }

  addFuture(person: number, aftermath: Aftermath): void {
    this.drawn++;
    if (aftermath.followed < this.days) return;
    this.futures[person]++;
    this.add(person, aftermath, 'expected');
  }

  /** Makes sums over futures means: once, when all have been added. */
  close(): void {
    for (const { expected } of [this.visits, this.newCodes, ...this.outcomes])
      for (let person = 0; person < this.people; person++)
        if (this.futures[person] > 0) expected[person] /= this.futures[person];
  }

  /** People whose record and of whose futures one at least reach so far. */
  judged(): number[] {
    return [...this.isFollowed.keys()].filter((person) => this.isFollowed[person] && this.futures[person] > 0);
  }

  private add(person: number, { visits, newCodes, death }: Aftermath, side: keyof Both): void {
    for (const days of visits) if (days <= this.days) this.visits[side][person]++;
    for (const [code, days] of newCodes) {
      if (days > this.days) continue;
      this.newCodes[side][person]++;
      this.count(code, person, side);
    }
    if (death <= this.days) this.count(DEATH, person, side);
  }

  private count(outcome: number, person: number, side: keyof Both): void {
    const place = this.placeOf.get(outcome);
    if (place !== undefined) this.outcomes[place][side][person]++;
  }
}

/** A number of each person, and the mean of the futures. */
export interface Both {
  observed: Float64Array;
  expected: Float64Array;
}

function both(people: number): Both {
  return { observed: new Float64Array(people), expected: new Float64Array(people) };
}
