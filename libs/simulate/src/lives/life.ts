import type { Rng } from '@ehrsynth/random';
import { OLDEST } from './by-age.ts';
import { dateOf, DAYS_A_YEAR, dayNumber, SIMULATION_END } from './days.ts';
import type { Person } from './person.ts';
import type { Process } from './process.ts';
import type { Duration } from './types.ts';

/** A condition of a person: when it began and ended. */
export interface Spell {
  /** Index of the condition. */
  condition: number;
  /** Days, with fraction. */
  begin: number;
  end: number;
  /** 0 for the first of a person's spells of the condition. */
  earlier: number;
}

export interface Life {
  person: Person;
  /** In order of their beginning. */
  spells: Spell[];
  /** The last day: of death, or of the simulation. */
  end: number;
  died: boolean;
}

interface Due {
  day: number;
  condition: number;
  what: 'begin' | 'end' | 'death';
}

const FATALITY_DOUBLES_YEARS = 20;
const LARGEST_FATALITY = 0.3;

/**
 * A life from birth to death or the end of the simulation. Each condition i begins where its cumulative hazard reaches a draw from
 * the exponential distribution; hazards are constant within a year of age before entry, and within a month after it:
 * λᵢ(age, sex) · season · Π hazard ratios of the conditions that the person has.
 */
export function live(process: Process, person: Person, rng: Rng): Life {
  return new Living(process, person, rng).run();
}

class Living {
  private readonly spells: Spell[] = [];
  private readonly open: (Spell | undefined)[];
  private readonly isOpen: Uint8Array;
  private readonly times: Uint8Array;
  /** Cumulative hazard that is left until the next onset. */
  private readonly left: Float64Array;
  private readonly factor: Float64Array;
  private readonly rates: Float64Array;
  private deathFactor = 1;
  private excess = 0;
  private due: Due[] = [];
  private day: number;
  private died = false;

  constructor(
    private readonly process: Process,
    private readonly person: Person,
    private readonly rng: Rng,
  ) {
    const count = process.names.length;
    this.open = Array.from({ length: count });
    this.isOpen = new Uint8Array(count);
    this.times = new Uint8Array(count);
    this.left = Float64Array.from({ length: count + 1 }, () => this.exponential());
    this.rates = new Float64Array(count + 1);
    this.factor = Float64Array.from(process.conditions, ({ frailty }) =>
      frailty ? rng.gamma(1 / frailty, frailty) : 1,
    );
    this.day = person.birth;
  }

  run(): Life {
    const last = dayNumber(SIMULATION_END) + 1;
    const { birth, entry } = this.person;
    for (let year = 0; this.day < entry; year++) {
      const boundary = Math.min(entry, birth + Math.floor((year + 1) * DAYS_A_YEAR));
      this.through(boundary, false);
    }
    while (this.day < last && !this.died) this.through(Math.min(last, nextMonth(this.day)), true);
    const end = this.died ? Math.floor(this.day) : last - 1;
    this.spells.sort((a, b) => a.begin - b.begin);
    return { person: this.person, spells: this.spells, end, died: this.died };
  }

  /** Until the boundary: hazards are constant but where something begins or ends. */
  private through(boundary: number, recorded: boolean): void {
    const { process, rates, left, person } = this;
    const { before, during } = process.candidates[person.sex];
    const candidates = recorded ? during : before;
    const death = process.names.length;
    const month = recorded ? Number(dateOf(Math.floor(this.day)).slice(5, 7)) - 1 : -1;
    while (this.day < boundary && !this.died) {
      this.setRates(candidates, month);
      let until = Math.min(boundary, this.due.length > 0 ? this.due[0].day : Infinity);
      let first = -1;
      for (let k = 0; k < candidates.length; k++) {
        const i = candidates[k];
        const reach = (until - this.day) * rates[i];
        if (left[i] >= reach) continue;
        until = this.day + left[i] / rates[i];
        first = i;
      }
      if (recorded && left[death] < (until - this.day) * rates[death]) {
        until = this.day + left[death] / rates[death];
        first = death;
      }
      const passed = until - this.day;
      for (let k = 0; k < candidates.length; k++) left[candidates[k]] -= rates[candidates[k]] * passed;
      if (recorded) left[death] -= rates[death] * passed;
      this.day = until;
      if (first === death) this.died = true;
      else if (first >= 0) {
        left[first] = this.exponential();
        this.begin(first);
      } else if (this.due.length > 0 && this.due[0].day <= until) this.meet(this.due.shift()!);
    }
  }

  /** @param month −1 before anything is recorded: no seasons then, and no death */
  private setRates(candidates: Int32Array, month: number): void {
    const { process, rates, isOpen, factor, times, day } = this;
    const { hazards, from, firstDays, again, perEpisode, seasons } = process;
    const { sex, birth } = this.person;
    const age = Math.min(OLDEST, Math.max(0, Math.floor((day - birth) / DAYS_A_YEAR)));
    const tables = hazards[sex];
    for (let k = 0; k < candidates.length; k++) {
      const i = candidates[k];
      let rate = isOpen[i] === 1 || (from[i] >= 0 && isOpen[from[i]] === 0) ? 0 : tables[i]![age];
      if (rate > 0) {
        if (times[i] > 0 && process.recurs[i]) rate = again[i] * perEpisode[i] ** (times[i] - 1);
        rate *= month >= 0 ? factor[i] * seasons[i * 12 + month] : factor[i];
        if (day < firstDays[i]) rate = 0;
      }
      rates[i] = rate;
    }
    rates[process.names.length] =
      month >= 0 ? process.mortality[sex][age] * this.deathRatio() + this.excess / DAYS_A_YEAR : 0;
  }

  private deathRatio(): number {
    return Math.min(this.process.world.mortality.largestRatio, this.deathFactor);
  }

  private begin(condition: number): void {
    const from = this.process.from[condition];
    if (this.open[condition] || (from >= 0 && !this.open[from])) return;
    const {
      course,
      lasts,
      longestDays = Infinity,
      leadsTo = [],
      ends = [],
      fatality,
    } = this.process.conditions[condition];
    const end =
      course === 'chronic' || !lasts ? Infinity : this.day + Math.max(1, Math.min(longestDays, this.duration(lasts)));
    const spell = { condition, begin: this.day, end, earlier: this.times[condition]++ };
    this.spells.push(spell);
    this.open[condition] = spell;
    this.isOpen[condition] = 1;
    this.change(condition, 1);
    for (const name of ends) this.cut(this.process.index.get(name)!);
    if (end < Infinity) this.await({ day: end, condition, what: 'end' });
    for (const { condition: name, probability, oddsRatios = {}, days } of leadsTo) {
      let odds = probability / (1 - probability);
      for (const [risk, ratio] of Object.entries(oddsRatios)) if (this.has(risk)) odds *= ratio;
      const share = probability === 1 ? 1 : odds / (1 + odds);
      if (!this.rng.chance(share)) continue;
      const day = this.day + days[0] + this.rng.next() * (days[1] - days[0]);
      this.await({ day, condition: this.process.index.get(name)!, what: 'begin' });
    }
    if (fatality && this.day >= this.person.entry && this.rng.chance(this.fatalityNow(fatality)))
      this.await({ day: this.day + this.rng.next() * 6, condition, what: 'death' });
  }

  /** Ends a spell before its time. */
  private cut(condition: number): void {
    const spell = this.open[condition];
    if (!spell) return;
    spell.end = this.day;
    this.open[condition] = undefined;
    this.isOpen[condition] = 0;
    this.change(condition, -1);
    this.due = this.due.filter((due) => due.condition !== condition || due.what !== 'end');
  }

  private meet({ condition, what }: Due): void {
    if (what === 'death') this.died = true;
    else if (what === 'begin') this.begin(condition);
    else {
      this.open[condition] = undefined;
      this.isOpen[condition] = 0;
      this.change(condition, -1);
      const { then } = this.process.conditions[condition];
      if (then !== undefined) this.begin(this.process.index.get(then)!);
    }
  }

  /** Multiplies the hazards of what the condition changes, or divides them again. */
  private change(condition: number, sign: 1 | -1): void {
    for (const [outcome, ratio] of this.process.effects[condition]) this.factor[outcome] *= ratio ** sign;
    const { deathRatio = 1, excessDeath = 0 } = this.process.conditions[condition];
    this.deathFactor *= deathRatio ** sign;
    this.excess += sign * excessDeath;
  }

  private await(due: Due): void {
    this.due.push(due);
    this.due.sort((a, b) => a.day - b.day);
  }

  private has(name: string): boolean {
    return this.open[this.process.index.get(name)!] !== undefined;
  }

  private fatalityNow(fatality: number): number {
    const age = (this.day - this.person.birth) / DAYS_A_YEAR;
    return Math.min(LARGEST_FATALITY, fatality * 2 ** ((age - 65) / FATALITY_DOUBLES_YEARS));
  }

  private duration([median, sigma]: Duration): number {
    return median * Math.exp(sigma * this.rng.normal());
  }

  private exponential(): number {
    return -Math.log(1 - this.rng.next());
  }
}

/** The first day of the next month. */
function nextMonth(day: number): number {
  const date = dateOf(Math.floor(day));
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  return dayNumber(month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`);
}
