import { NO_DAY } from '@ehrsynth/histories';
import type { Alphabet } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import { SPANS } from './spans.ts';
import type { Walk } from './walk.ts';

const YEAR = 365.25;
const OLDEST_YEARS = 120;

/**
 * What cannot come next although it is in the interval that may: codes of the other sex or of another age, visits after the last day of the
 * cohort, what nobody lacks. What follows from the order of tokens alone is the walk's.
 */
export class Grammar {
  private readonly bySex: Record<'female' | 'male', number[]> = { female: [], male: [] };
  private readonly aged: { tokens: number[]; from: number; to: number }[] = [];
  private readonly known = new Map<string, readonly number[]>();
  private readonly absences: number[];

  constructor(
    private readonly dictionary: Dictionary,
    private readonly alphabet: Alphabet,
  ) {
    dictionary.entries.forEach(({ sex, minAge, maxAge }, entry) => {
      const first = alphabet.firstTokens[entry];
      const tokens = Array.from({ length: alphabet.firstTokens[entry + 1] - first }, (_, i) => first + i);
      if (sex) this.bySex[sex === 'female' ? 'male' : 'female'].push(...tokens);
      if (minAge !== undefined || maxAge !== undefined)
        this.aged.push({ tokens, from: minAge ?? 0, to: maxAge ?? Infinity });
    });
    const { lacked } = dictionary;
    this.absences = (['sexes', 'races', 'ethnicities', 'years', 'ages'] as const).flatMap((name) =>
      lacked.includes(name) || alphabet[name].end - alphabet[name].start === 1 ? [] : [alphabet[name].end - 1],
    );
  }

  /** Tokens that cannot come next; others than those that may come at all may be among them. */
  barred(walk: Walk): readonly number[] {
    if (walk.phase === 'codes') return this.barredCodes(walk);
    if (walk.phase === 'gap') return this.barredGaps(walk);
    return this.absences;
  }

  private barredCodes({ sex, day, birth }: Walk): readonly number[] {
    const name = this.dictionary.sexes[sex - this.alphabet.sexes.start];
    const age = birth === NO_DAY ? -1 : Math.floor((day - birth) / YEAR);
    const key = `${name} ${age}`;
    let barred = this.known.get(key);
    if (!barred) {
      const ofSex = name === 'female' || name === 'male' ? this.bySex[name] : [];
      const ofAge = age < 0 ? [] : this.aged.filter(({ from, to }) => age < from || age > to);
      this.known.set(key, (barred = [...ofSex, ...ofAge.flatMap(({ tokens }) => tokens)]));
    }
    return barred;
  }

  /** Spans that begin after the last day, or at an age that nobody reaches. */
  private barredGaps({ day, birth }: Walk): readonly number[] {
    const oldest = birth === NO_DAY ? Infinity : Math.floor(birth + OLDEST_YEARS * YEAR);
    const most = Math.min(this.dictionary.lastDay, oldest) - day;
    const first = most < 0 ? 0 : SPANS.of(most) + 1;
    const { start } = this.alphabet.gaps;
    return Array.from({ length: SPANS.count - first }, (_, i) => start + 1 + first + i);
  }
}
