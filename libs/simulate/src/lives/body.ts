import type { Rng } from '@ehrsynth/random';
import { fromMonthly, monthlyTable } from './by-age.ts';
import type { Course } from './courses.ts';
import { DAYS_A_YEAR } from './days.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';
import type { ByAge, Latent } from './types.ts';

interface Effect {
  from: number;
  to: number;
  /** Days over which it comes, before `from` (negative) or after it. */
  ramp: number;
  size: number;
}

interface Slow {
  day: number;
  value: number;
}

/** What a chronic disease does to the body comes over the year before it is found. */
const BEFORE_DAYS = 365;
/** A drug has its full effect after so many days. */
const DRUG_DAYS = 28;

const TABLES = new WeakMap<Latent, Record<'male' | 'female', Float64Array>>();

const SPREADS = new WeakMap<ByAge, Float64Array>();

/** The latent quantities of one person over time. Ask in order of time. */
export class Body {
  private readonly personal = new Map<string, number>();
  private readonly factors = new Map<string, number>();
  private readonly today = new Map<string, Slow>();
  private readonly slow = new Map<string, Slow>();
  private readonly effects = new Map<string, Effect[]>();
  private readonly ill: Uint8Array;
  private illDay = NaN;

  constructor(
    private readonly process: Process,
    private readonly life: Life,
    private readonly courses: Course[],
    private readonly rng: Rng,
  ) {
    this.ill = new Uint8Array(process.names.length);
  }

  /** The level on a day, on the scale on which effects add up: without the noise of a measurement. */
  level(name: string, day: number): number {
    const latent = this.process.world.latents[name];
    const spread = this.spread(latent, day);
    let sum =
      meanOf(latent, this.life.person, day) + spread * (this.personalOf(name, latent) + this.slowOf(name, latent, day));
    for (const effect of this.effectsOf(name, latent)) sum += effectOn(day, effect);
    return sum;
  }

  /** A measurement: level and noise, on the natural scale. */
  measured(name: string, day: number): number {
    const latent = this.process.world.latents[name];
    const noise = latent.noise * this.widening(latent, day) * this.spread(latent, day);
    const value = this.level(name, day) + noise * this.random(name, latent, day);
    const natural = latent.log ? Math.exp(value) : value;
    return latent.ceiling === undefined ? natural : natural / (1 + natural / latent.ceiling);
  }

  /** Factor on the slow part and the noise. */
  widening({ wider }: Latent, day: number): number {
    let factor = 1;
    if (!wider) return factor;
    for (const [condition, by] of Object.entries(wider)) {
      if (this.isIll(condition, day)) factor = Math.max(factor, by);
    }
    return factor;
  }

  isIll(condition: string, day: number): boolean {
    if (this.illDay !== day) {
      this.ill.fill(0);
      for (const { condition: index, begin, end } of this.life.spells) {
        if (begin < day + 1 && day < end) this.ill[index] = 1;
      }
      this.illDay = day;
    }
    return this.ill[this.process.index.get(condition)!] === 1;
  }

  private personalOf(name: string, latent: Latent): number {
    const { between } = latent;
    let value = this.personal.get(name);
    if (value === undefined) {
      value = between * this.mixed(name, latent, (factor) => this.personalFactor(factor));
      this.personal.set(name, value);
    }
    return value;
  }

  private slowOf(name: string, latent: Latent, day: number): number {
    const { slow, slowDays } = latent;
    if (slow === 0) return 0;
    const value = this.mixed(name, latent, (key) => this.drift(key, slowDays, day));
    return value * slow * this.widening(latent, day);
  }

  /** What varies from measurement to measurement; its shared part is that of the day. */
  private random(name: string, latent: Latent, day: number): number {
    return this.mixed(name, latent, (key) => {
      if (key === name) return this.rng.normal();
      let last = this.today.get(key);
      if (last?.day !== day) this.today.set(key, (last = { day, value: this.rng.normal() }));
      return last.value;
    });
  }

  /** Of variance 1: the quantity's own part and those of the factors that it shares. */
  private mixed(name: string, { shares }: Latent, part: (key: string) => number): number {
    if (!shares) return part(name);
    let [sum, left] = [0, 1];
    for (const [factor, loading] of Object.entries(shares)) {
      sum += loading * part(`shared ${factor}`);
      left -= loading ** 2;
    }
    return sum + Math.sqrt(left) * part(name);
  }

  private personalFactor(key: string): number {
    let value = this.factors.get(key);
    if (value === undefined) this.factors.set(key, (value = this.rng.normal()));
    return value;
  }

  /** An Ornstein–Uhlenbeck process of variance 1. */
  private drift(key: string, slowDays: number, day: number): number {
    const last = this.slow.get(key);
    const kept = last ? Math.exp(-(day - last.day) / slowDays) : 0;
    const value = (last?.value ?? 0) * kept + Math.sqrt(1 - kept * kept) * (kept < 1 ? this.rng.normal() : 0);
    this.slow.set(key, { day, value });
    return value;
  }

  private spread({ spread }: Latent, day: number): number {
    if (!spread) return 1;
    let table = SPREADS.get(spread);
    if (!table) SPREADS.set(spread, (table = monthlyTable(spread)));
    return fromMonthly(table, (day - this.life.person.birth) / DAYS_A_YEAR);
  }

  private effectsOf(name: string, { conditions = {}, drugs = {} }: Latent): Effect[] {
    let found = this.effects.get(name);
    if (found) return found;
    found = [];
    for (const { condition, begin, end } of this.life.spells) {
      const size = conditions[this.process.names[condition]];
      const { course, builds } = this.process.conditions[condition];
      const [delay, until] = builds ?? [0, 0];
      const ramp = builds ? until - delay : course === 'chronic' ? -BEFORE_DAYS : 0;
      if (size !== undefined) found.push({ from: Math.floor(begin) + delay, to: end, ramp, size });
    }
    for (const { drug, begin, end } of this.courses) {
      const size = drugs[drug];
      if (size !== undefined) found.push({ from: begin, to: end, ramp: DRUG_DAYS, size });
    }
    this.effects.set(name, found);
    return found;
  }
}

function meanOf(latent: Latent, { sex, birth }: Life['person'], day: number): number {
  let tables = TABLES.get(latent);
  if (!tables) {
    tables = { male: monthlyTable(latent.men), female: monthlyTable(latent.women) };
    TABLES.set(latent, tables);
  }
  const value = fromMonthly(tables[sex], (day - birth) / DAYS_A_YEAR);
  return latent.log ? Math.log(value) : value;
}

function effectOn(day: number, { from, to, ramp, size }: Effect): number {
  if (day >= to) return 0;
  if (ramp < 0) return day >= from ? size : day > from + ramp ? size * ((day - from) / -ramp + 1) : 0;
  if (day < from) return 0;
  return ramp > 0 && day < from + ramp ? size * ((day - from) / ramp) : size;
}
