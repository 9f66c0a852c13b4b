import { yearlyRates } from './by-age.ts';
import { DAYS_A_YEAR, dayNumber } from './days.ts';
import type { ByAge, Condition, Treatment, World } from './types.ts';

const PER = 1000 * DAYS_A_YEAR;

/** The world's conditions as arrays by index, for the loop over hazards. */
export interface Process {
  world: World;
  names: string[];
  index: Map<string, number>;
  conditions: Condition[];
  /** Hazard a day by year of age; undefined where it does not begin by itself in that sex. */
  hazards: Record<'male' | 'female', (Float64Array | undefined)[]>;
  /** The conditions that begin by themselves in that sex: before the record runs, and while it does. */
  candidates: Record<'male' | 'female', { before: Int32Array; during: Int32Array }>;
  /** Deaths a day by year of age. */
  mortality: Record<'male' | 'female', Float64Array>;
  /** Factor by condition and month. */
  seasons: Float64Array;
  firstDays: Float64Array;
  /** The condition that must be there, or −1. */
  from: Int32Array;
  /** 1 where second episodes have a hazard of their own: that a day, and the factor for each further one. */
  recurs: Uint8Array;
  again: Float64Array;
  perEpisode: Float64Array;
  /** For each condition the outcomes that it changes: index and factor. */
  effects: [outcome: number, ratio: number][][];
  treatments: Treatment[][];
}

/** @param world as `worldWith` gives it */
export function processOf(world: World): Process {
  const names = Object.keys(world.conditions);
  const index = new Map(names.map((name, i) => [name, i]));
  const conditions = Object.values(world.conditions);
  const hazards = (sex: 'men' | 'women') =>
    conditions.map((condition) => {
      const rates = condition[sex] ?? condition.people;
      return rates && yearlyRates(rates).map((rate) => rate / PER);
    });
  const deathsADay = (rates: ByAge) => yearlyRates(rates).map((rate) => rate / PER);
  const byItself = (tables: (Float64Array | undefined)[]) => {
    const during = Int32Array.from(tables.flatMap((table, i) => (table ? [i] : [])));
    return { during, before: during.filter((i) => conditions[i].course !== 'acute') };
  };
  const [male, female] = [hazards('men'), hazards('women')];
  const effects: Process['effects'] = names.map(() => []);
  conditions.forEach(({ hazardRatios = {} }, outcome) => {
    for (const [cause, ratio] of Object.entries(hazardRatios)) effects[index.get(cause)!].push([outcome, ratio]);
  });
  return {
    world,
    names,
    index,
    conditions,
    hazards: { male, female },
    candidates: { male: byItself(male), female: byItself(female) },
    mortality: { male: deathsADay(world.mortality.men), female: deathsADay(world.mortality.women) },
    seasons: Float64Array.from(
      conditions.flatMap(({ season }) => (season === undefined ? Array<number>(12).fill(1) : world.seasons[season])),
    ),
    firstDays: Float64Array.from(conditions, ({ firstDay }) => (firstDay ? dayNumber(firstDay) : -Infinity)),
    from: Int32Array.from(conditions, ({ from }) => (from === undefined ? -1 : index.get(from)!)),
    recurs: Uint8Array.from(conditions, ({ recurrence }) => (recurrence ? 1 : 0)),
    again: Float64Array.from(conditions, ({ recurrence }) => (recurrence ? recurrence.rate / PER : 0)),
    perEpisode: Float64Array.from(conditions, ({ recurrence }) => recurrence?.perEpisode ?? 1),
    effects,
    treatments: names.map((name) => world.treatments.filter(({ condition }) => condition === name)),
  };
}
