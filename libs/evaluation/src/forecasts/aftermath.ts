import { type Histories, NO_DAY } from '@ehrsynth/histories';

/** What happens in a history after a day; days are counted from it. */
export interface Aftermath {
  /** How far it reaches: without end where it ends by death. */
  followed: number;
  /** When each visit begins. */
  visits: number[];
  /** Codes that the person never had before, and when each first comes. */
  newCodes: [code: number, days: number][];
  /** Without end where nobody dies. */
  death: number;
}

/** Tells what happens to one person after a day, in the real history and in each future. */
export class Aftermaths {
  private readonly had: Uint8Array;
  private known: number[] = [];
  /** Of the history that is looked at: days to the first of each code, 0 where it has not come. */
  private readonly days: Int32Array;

  constructor(
    codes: number,
    private readonly asOf: number,
  ) {
    this.had = new Uint8Array(codes);
    this.days = new Int32Array(codes);
  }

  /** From here on it is about this person, whose codes up to the day are not new. */
  know({ arrays }: Histories, person: number): void {
    for (const code of this.known) this.had[code] = 0;
    this.known = [];
    const { visitStarts, eventStarts } = arrays;
    for (let at = eventStarts[visitStarts[person]]; at < eventStarts[visitStarts[person + 1]]; at++) {
      if (arrays.day[at] > this.asOf || this.hadBefore(arrays.code[at])) continue;
      this.had[arrays.code[at]] = 1;
      this.known.push(arrays.code[at]);
    }
  }

  hadBefore(code: number): boolean {
    return this.had[code] === 1;
  }

  /** What happens in the person's history, or in one of the futures. */
  of(histories: Histories, row: number): Aftermath {
    const { visitStarts, firstDay, lastDay, deathDay } = histories.arrays;
    const visits: number[] = [];
    let last = -Infinity;
    for (let visit = visitStarts[row]; visit < visitStarts[row + 1]; visit++) {
      if (firstDay[visit] > this.asOf) visits.push(firstDay[visit] - this.asOf);
      last = Math.max(last, lastDay[visit] - this.asOf);
    }
    const death = deathDay[row] === NO_DAY ? Infinity : deathDay[row] - this.asOf;
    const followed = death === Infinity ? last : Infinity;
    return { followed, visits, newCodes: this.newCodes(histories, row), death };
  }

  private newCodes({ arrays }: Histories, row: number): [code: number, days: number][] {
    const { visitStarts, eventStarts, code, day } = arrays;
    const codes: number[] = [];
    for (let at = eventStarts[visitStarts[row]]; at < eventStarts[visitStarts[row + 1]]; at++) {
      const days = day[at] - this.asOf;
      if (days <= 0 || this.hadBefore(code[at])) continue;
      const before = this.days[code[at]];
      if (before === 0) codes.push(code[at]);
      if (before === 0 || days < before) this.days[code[at]] = days;
    }
    return codes.map((own) => {
      const days = this.days[own];
      this.days[own] = 0;
      return [own, days];
    });
  }
}
