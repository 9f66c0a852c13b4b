import { type Column, columnKey } from '@ehrsynth/matrix';
import { addDays, ageInYears, daysBetween, type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { Decoder } from './decoder.ts';
import { learnTimeline } from './learn-timeline.ts';

const demographic = (system: string, code: string): Column => ({ kind: 'demographic', system, code, level: 'code' });
const snomed = (code: string): Column => ({ kind: 'condition', system: System.snomed, code, level: 'code' });
const [female, male, young, old] = [
  demographic('sex', 'female'),
  demographic('sex', 'male'),
  demographic('age', '25-34'),
  demographic('age', '75-84'),
];
const [pregnant, cold, causeOfDeath] = ['77386006', '82272006', '22298006'].map(snomed);
const columns = [female, male, young, old, pregnant, cold, causeOfDeath];
const at = (column: Column) => columns.indexOf(column);

/** Women are pregnant; of ten one is old and dies, of those each second with a cause; stays of ten days. */
async function* source(patients = 500): AsyncGenerator<PatientRecord> {
  for (let i = 0; i < patients; i++) {
    const isOld = i % 10 === 0;
    const start = '2020-03-01';
    const event = ({ code }: Column) =>
      ({ kind: 'condition', code: { system: System.snomed, code }, start, encounter: 0 }) as const;
    const isWoman = (i >> 1) % 2 === 0;
    yield {
      id: `p${i}`,
      sex: isWoman ? 'female' : 'male',
      birthDate: isOld ? '1940-01-01' : '1990-01-01',
      ...(isOld && { deathDate: '2020-03-11' }),
      encounters: [{ class: 'IMP', start, end: '2020-03-11' }],
      events: [event(cold), ...(isWoman ? [event(pregnant)] : []), ...(i % 20 === 0 ? [event(causeOfDeath)] : [])],
    };
  }
}

const columnOf = ({ kind, code }: { kind: string; code: { system: string; code: string } }) => {
  const found = columns.findIndex((column) => columnKey(column) === columnKey({ kind, ...code } as Column));
  return found === -1 ? undefined : found;
};
const learned = await learnTimeline(() => source(), columns, columnOf, 10);
const decode = (row: number, ...own: Column[]) =>
  new Decoder(columns, learned, new Vocabulary(), { seed: 1, counts: 'row' }).decode(
    row,
    own.map((column) => [at(column), 1] as const),
  );
const many = (...own: Column[]) => Array.from({ length: 60 }, (_, row) => decode(row, ...own).record);

describe('a code of a system without rules', () => {
  it('that no man has is not in a man', () => {
    expect(learned.codes[at(pregnant)].sex).toBe('female');
    expect(learned.codes[at(cold)].sex).toBeUndefined();
    expect(decode(0, male, young, pregnant, cold).record.events.map(({ code }) => code.code)).toEqual([cold.code]);
    expect(decode(0, female, young, pregnant).record.events).toHaveLength(1);
  });

  it('that only the dead have is in nobody who is alive, at the end', () => {
    expect(learned.codes[at(causeOfDeath)].onlyDead).toBe(true);
    expect(learned.codes[at(cold)].onlyDead).toBeUndefined();
    for (const { deathDate, events } of many(female, old, causeOfDeath, cold)) {
      expect(deathDate).toBeDefined();
      const { start } = events.find(({ code }) => code.code === causeOfDeath.code)!;
      expect(daysBetween(start!, deathDate!)).toBeLessThanOrEqual(30);
    }
  });
});

describe('deaths', () => {
  it('by age, of those without a cause: all old people without one had died', () => {
    expect(learned.deaths).toEqual({ '75-84': 1 });
    expect(many(male, young, cold).filter(({ deathDate }) => deathDate)).toEqual([]);
    expect(many(male, old, cold).every(({ deathDate }) => deathDate)).toBe(true);
  });

  it('of bands that have too few each are together one', async () => {
    /** Eight of 80 at 30 die, and eight of 80 at 80. */
    const few = async function* () {
      for await (const record of source(160)) {
        const i = Number(record.id.slice(1));
        const alive = { ...record, deathDate: undefined };
        const birthDate = i % 2 ? '1940-01-01' : '1990-01-01';
        yield { ...alive, birthDate, ...(i < 16 && { deathDate: '2020-03-11' }) };
      }
    };
    const { deaths } = await learnTimeline(few, columns, columnOf, 10);
    expect(deaths).toEqual({ '25-34': 0.1, '75-84': 0.1 });
    expect((await learnTimeline(few, columns, columnOf, 17)).deaths).toEqual({});
  });
});

it('the last stay of the living lasts as long as others, and not beyond the time of which there are records', () => {
  const stays = many(male, young, cold).flatMap(({ birthDate, encounters }) =>
    encounters.map(({ start, end }) => {
      expect(end! <= learned.asOf).toBe(true);
      expect(addDays(birthDate!, 0) < start!).toBe(true);
      expect(ageInYears(birthDate!, start!)).toBeLessThan(35);
      return daysBetween(start!, end!);
    }),
  );
  expect(stays.filter((days) => days > 0).length).toBeGreaterThan(50);
});
