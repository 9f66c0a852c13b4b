import { Rng } from '@ehrsynth/random';
import type { CodedEvent } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { yearlyRates } from './by-age.ts';
import { dateOf, DAYS_A_YEAR, dayNumber } from './days.ts';
import { normalEstimate, ratioEstimate } from './estimates/estimate.ts';
import { estimateOddsRatio } from './estimates/odds-ratio.ts';
import { type Life, live } from './life.ts';
import { drawPerson } from './person.ts';
import { processOf } from './process.ts';
import { simulateLives } from './simulate-lives.ts';
import { truthOf } from './truth.ts';
import type { ByAge, WorldOverrides } from './types.ts';
import { WORLD, worldWith } from './world.ts';

function livesOf(count: number, overrides: WorldOverrides = {}): { lives: Life[]; indexOf: (name: string) => number } {
  const process = processOf(worldWith(overrides));
  const rng = new Rng(8);
  const lives = Array.from({ length: count }, (_, i) => {
    const own = rng.fork(i);
    return live(process, drawPerson(process.world.population, own.fork('person')), own.fork('life'));
  });
  return { lives, indexOf: (name) => process.index.get(name)! };
}

/** Deaths by age and sex alone. */
const ONLY_AGE: WorldOverrides = {
  population: {
    ages: [
      [50, 0],
      [90, 1],
    ],
    wholeWindowShare: 1,
  },
  conditions: Object.fromEntries(
    Object.keys(WORLD.conditions).map((name) => [name, { deathRatio: 1, excessDeath: 0, fatality: 0 }]),
  ),
};

const doubled = (rates: ByAge): ByAge =>
  Object.fromEntries(Object.entries(rates).map(([age, rate]) => [age, 2 * rate]));

describe('death', () => {
  it.each([
    ['as many as the hazard says, by sex', ONLY_AGE, true],
    [
      'twice as many where the hazard is twice that',
      {
        ...ONLY_AGE,
        mortality: { men: doubled(WORLD.mortality.men), women: doubled(WORLD.mortality.women) },
      },
      false,
    ],
  ])('%s', (_, overrides, isAsStated) => {
    const { lives } = livesOf(4000, overrides);
    for (const sex of ['male', 'female'] as const) {
      const rates = yearlyRates(WORLD.mortality[sex === 'male' ? 'men' : 'women']);
      const own = lives.filter(({ person }) => person.sex === sex);
      // Cumulative hazards sum to the number of deaths that are expected.
      const ageOf = (day: number, { birth }: Life['person']) => (day - birth) / DAYS_A_YEAR;
      const until = (age: number) => {
        const whole = rates.slice(0, Math.floor(age)).reduce((sum, rate) => sum + rate, 0);
        return (whole + rates[Math.floor(age)] * (age % 1)) / 1000;
      };
      const expected = own.reduce(
        (sum, { person, end }) => sum + until(ageOf(end, person)) - until(ageOf(person.entry, person)),
        0,
      );
      const deaths = own.filter(({ died }) => died).length;
      const { low, high } = normalEstimate(expected, Math.sqrt(expected));
      expect(low < deaths && deaths < high).toBe(isAsStated);
    }
  });
});

describe('depression', () => {
  /** Later episodes for each year without one after the first. */
  const recurrence = (overrides: WorldOverrides) => {
    const { lives, indexOf } = livesOf(3000, {
      ...overrides,
      population: {
        ages: [
          [20, 0],
          [60, 1],
        ],
      },
    });
    let [episodes, years] = [0, 0];
    for (const { spells, end } of lives) {
      const own = spells.filter(({ condition }) => condition === indexOf('depression'));
      const [first, second] = own;
      if (!first || first.end > end) continue;
      episodes += second ? 1 : 0;
      years += ((second?.begin ?? end) - first.end) / DAYS_A_YEAR;
    }
    return ratioEstimate((1000 * episodes) / years, 1 / Math.sqrt(episodes));
  };
  // What depression follows is turned off: anxiety and the like raise recurrences as well.
  const alone = { hazardRatios: { anxiety: 1, 'heart failure': 1, 'after stroke': 1, 'low back pain': 1 } };

  it('recurs at its rate', () => {
    const { rate } = truthOf().recurrences.depression;
    const { low, high } = recurrence({ conditions: { depression: alone } });
    expect(low < rate && rate < high).toBe(true);
    const rarer = recurrence({ conditions: { depression: { ...alone, recurrence: { rate: 60 } } } });
    expect(rarer.high).toBeLessThan(rate);
  });

  it('is what the last episode has ended: two do not overlap', () => {
    const { lives } = livesOf(500);
    for (const { spells } of lives) {
      const last = new Map<number, number>();
      for (const { condition, begin, end } of spells) {
        expect(begin).toBeGreaterThanOrEqual(last.get(condition) ?? -Infinity);
        last.set(condition, end);
      }
    }
  });
});

it('kidney disease goes through its stages, retinopathy needs diabetes, and nobody dies before the record begins', () => {
  const { lives, indexOf } = livesOf(3000);
  const beginOf = ({ spells }: Life, name: string) =>
    spells.find(({ condition }) => condition === indexOf(name))?.begin;
  let seen = 0;
  for (const life of lives) {
    expect(life.end).toBeGreaterThanOrEqual(life.person.entry);
    for (const [before, after] of [
      ['chronic kidney disease 3', 'chronic kidney disease 4'],
      ['chronic kidney disease 4', 'chronic kidney disease 5'],
      ['type 2 diabetes', 'diabetic retinopathy'],
    ]) {
      const later = beginOf(life, after);
      if (later === undefined) continue;
      seen++;
      expect(beginOf(life, before)).toBeLessThan(later);
    }
  }
  expect(seen).toBeGreaterThan(100);
});

describe('pregnancies', () => {
  const world = (ratio: number): WorldOverrides => ({
    population: {
      femaleShare: 1,
      ages: [
        [24, 0],
        [40, 1],
      ],
      wholeWindowShare: 1,
    },
    conditions: {
      obesity: { recall: 1, setting: 'AMB', controlDays: 100, women: { 4: 20 } },
      pregnancy: {
        women: { 24: 250 },
        leadsTo: [
          {
            condition: 'gestational diabetes',
            probability: 0.25,
            oddsRatios: { obesity: ratio },
            days: [172, 186],
          },
        ],
      },
    },
  });
  const vocabulary = new Vocabulary();
  const patients = (ratio: number) => [...simulateLives({ patients: 700, seed: 2, world: world(ratio) }, vocabulary)];
  const truth = truthOf().oddsRatios.find(
    ({ cause, outcome }) => cause === 'obesity' && outcome === 'gestational diabetes',
  )!;
  const isBirth = (code: string) => ['O80', 'O82', 'O60.14X0'].includes(code);
  const mothers = patients(truth.ratio);

  it('bring diabetes more often in obesity, by its odds ratio', () => {
    expect(truth.ratio).toBe(3.01);
    const found = estimateOddsRatio(mothers, truth, isBirth, 290);
    expect(found.low < truth.ratio && truth.ratio < found.high && found.low > 1).toBe(true);
    expect(estimateOddsRatio(patients(1), truth, isBirth, 290).high).toBeLessThan(truth.ratio);
  });

  /** Events of the last 200 days before a birth. */
  const beforeBirths = mothers.flatMap(({ events }) =>
    events
      .filter(({ code }) => isBirth(code.code))
      .map((birth) => {
        const from = dateOf(dayNumber(birth.start!) - 200);
        return events.filter(({ start }) => start! > from && start! < birth.start!);
      }),
  );

  it('end contraception, and no drugs are given that harm the child', () => {
    const harmful = /^(norethindrone|lisinopril|losartan|\w+statin|doxycycline|warfarin|methotrexate|spironolactone)/i;
    const isWrong = ({ kind, code }: CodedEvent) =>
      code.code === 'Z30.41' || (kind === 'drug' && harmful.test(code.display!));
    expect(beforeBirths.flat().filter(isWrong)).toEqual([]);
    const all = mothers.flatMap(({ events }) => events);
    expect(all.filter(isWrong).length).toBeGreaterThan(100);
  });

  it('bring a gain of weight: some 11 kg to term, most of it in the last 200 days', () => {
    const gains = beforeBirths.flatMap((events) => {
      const weights = events.filter(({ code }) => code.code === '29463-7');
      const [first, last] = [weights[0], weights.at(-1)];
      if (!first || dayNumber(last!.start!) - dayNumber(first.start!) < 150) return [];
      return [last!.quantity!.value! - first.quantity!.value!];
    });
    expect(gains.length).toBeGreaterThan(100);
    expect(gains.reduce((sum, gain) => sum + gain, 0) / gains.length).toSatisfy(
      (mean: number) => mean > 7 && mean < 12,
    );
  });

  it('have their visits and end in a birth with a stay, forty weeks after they began', () => {
    const births = mothers.flatMap(({ events, encounters }) =>
      events
        .filter(({ code }) => isBirth(code.code))
        .map((event) => ({ event, stay: encounters[event.encounter!], events })),
    );
    expect(births.length).toBeGreaterThan(300);
    for (const { stay } of births) expect(stay.class).toBe('IMP');
    const prenatal = births.map(({ event, events }) => {
      const from = new Date(Date.parse(event.start!) - 300 * 86_400_000).toISOString().slice(0, 10);
      return events.filter(({ code, start }) => code.code.startsWith('Z34') && start! > from && start! <= event.start!)
        .length;
    });
    const whole = prenatal.filter((visits) => visits > 0);
    expect(whole.reduce((sum, visits) => sum + visits, 0) / whole.length).toSatisfy(
      (mean: number) => mean > 9 && mean < 14,
    );
  });
});
