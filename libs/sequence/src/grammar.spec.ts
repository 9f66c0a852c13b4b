import { SPANS } from './spans.ts';
import { dayNumber } from '@ehrsynth/histories';
import { Rng } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { Grammar } from './grammar.ts';
import { languageFrom, languageOf } from './testing.ts';

const person = (sex: 'female' | 'male', code: string, birthDate = '1970-01-01'): PatientRecord => ({
  id: `${sex} ${code}`,
  sex,
  birthDate,
  encounters: [{ class: 'AMB', start: '2020-03-02', end: '2020-03-02' }],
  events: [
    {
      kind: 'condition',
      code: { system: 'http://hl7.org/fhir/sid/icd-10-cm', code },
      start: '2020-03-02',
      encounter: 0,
    },
  ],
});

/** A walk to the codes of the first visit. */
function walkTo(language: ReturnType<typeof languageOf>, sex: 'female' | 'male', age: number) {
  const { walk, alphabet, dictionary } = language;
  const day = dayNumber('2020-03-02');
  const days = { year: () => 2020, day: (first: number) => first };
  walk.begin();
  const tokens = [
    alphabet.sexes.start + dictionary.sexes.indexOf(sex),
    alphabet.races.end - 1,
    alphabet.ethnicities.end - 1,
    alphabet.years.start,
    alphabet.months.start + 2,
    alphabet.weekdays.start,
  ];
  for (const token of tokens) walk.take(token, days);
  walk.take(alphabet.ages.start, { ...days, day: () => day - Math.round(age * 365.25) });
  walk.take(alphabet.death + 1, days);
  walk.take(alphabet.stays.start, days);
  return walk;
}

describe('the grammar', () => {
  it('bars codes of the other sex and of other ages', () => {
    const language = languageOf([person('male', 'N40.0'), person('female', 'I10')]);
    const { dictionary, alphabet } = language;
    const grammar = new Grammar(dictionary, alphabet);
    const prostate = alphabet.codes.start + dictionary.entries.findIndex(({ code }) => code.code === 'N40.0');
    expect(grammar.barred(walkTo(language, 'female', 50))).toEqual([prostate]);
    expect(grammar.barred(walkTo(language, 'male', 50))).toEqual([]);
    expect(grammar.barred(walkTo(language, 'male', 9))).toEqual([prostate]);
  });

  it('learns whom a code is never of, where chance would have given it to them', () => {
    const rng = new Rng(1);
    const people = Array.from({ length: 200 }, (_, i) =>
      person(i % 2 ? 'male' : 'female', i % 2 ? 'I10' : rng.chance(0.5) ? 'J45.909' : 'I10'),
    );
    const language = languageOf(people, 10);
    const { dictionary, alphabet } = language;
    const asthma = dictionary.entries.findIndex(({ code }) => code.code === 'J45.909');
    expect(dictionary.entries[asthma].sex).toBe('female');
    expect(new Grammar(dictionary, alphabet).barred(walkTo(language, 'male', 50))).toContain(
      alphabet.codes.start + asthma,
    );
    expect(languageOf(people.slice(0, 20), 2).dictionary.entries.every(({ sex }) => sex === undefined)).toBe(true);
  });

  it('learns what never comes for the first time after something else', () => {
    const both = (first: string, then: string, i: number): PatientRecord => {
      const record = person('female', first);
      record.id = `${first} ${i}`;
      record.encounters.push({ class: 'AMB', start: '2020-04-06', end: '2020-04-06' });
      record.events.push({ ...person('female', then).events[0], start: '2020-04-06', encounter: 1 });
      return record;
    };
    const people = (count: number) => Array.from({ length: count }, (_, i) => both('I10', 'E11.9', i));
    const barredAfter = (records: readonly PatientRecord[], had: string) => {
      const language = languageOf(records);
      const { dictionary, alphabet } = language;
      const walk = walkTo(language, 'female', 50);
      const days = { year: () => 2020, day: (first: number) => first };
      const entry = dictionary.entries.findIndex(({ code }) => code.code === had);
      for (const token of [alphabet.codes.start + entry, alphabet.endOfVisit, alphabet.gaps.start + 2])
        walk.take(token, days);
      for (const token of [alphabet.death + 1, alphabet.stays.start]) walk.take(token, days);
      const barred = new Grammar(dictionary, alphabet).barred(walk);
      return barred.map((token) => dictionary.entries[token - alphabet.codes.start].code.code);
    };
    expect(barredAfter(people(20), 'E11.9')).toEqual(['I10']);
    expect(barredAfter(people(20), 'I10')).toEqual([]);
    // Too few to say so, or one who had it the other way round.
    expect(barredAfter(people(19), 'E11.9')).toEqual([]);
    expect(barredAfter([...people(20), both('E11.9', 'I10', 20)], 'E11.9')).toEqual([]);
  });

  it('bars what comes after the last day, and what nobody lacks', () => {
    const language = languageOf([person('male', 'I10'), person('female', 'I10')]);
    const { dictionary, alphabet } = language;
    const days = { year: () => 2020, day: (first: number) => first };
    const walk = walkTo(language, 'male', 50);
    walk.take(alphabet.endOfVisit, days);
    const open = (lastDay: number, more: Partial<typeof dictionary> = { mostItems: 9, mostItemsOfDay: 9 }) => {
      const barred = new Set(new Grammar({ ...dictionary, lastDay, ...more }, alphabet).barred(walk));
      return Array.from({ length: alphabet.gaps.end - alphabet.gaps.start }, (_, i) => alphabet.gaps.start + i).filter(
        (token) => !barred.has(token),
      ).length;
    };
    // The end of the record, and that many days.
    expect(open(walk.day)).toBe(2);
    expect(open(walk.day + 9)).toBe(11);
    // Nobody had a visit more, or a visit more on that day: the learned bounds are those of one visit.
    expect(open(walk.day + 9, {})).toBe(1);
    expect(open(walk.day + 9, { mostItems: 9 })).toBe(10);
    // Of a week that goes beyond the last day, the days of the week that it has until then.
    const weeks = alphabet.gaps.start + 1 + SPANS.of(40);
    walk.take(weeks, days);
    const begin = walk.day + SPANS.start(SPANS.of(40));
    for (const left of [0, 2])
      expect(new Grammar({ ...dictionary, lastDay: begin + left }, alphabet).barred(walk)).toHaveLength(6 - left);
    walk.begin();
    expect(new Grammar(dictionary, alphabet).barred(walk)).toContain(alphabet.sexes.end - 1);
    const lacking = languageFrom({ ...dictionary, lacked: ['sexes'] });
    expect(new Grammar(lacking.dictionary, alphabet).barred(walk)).not.toContain(alphabet.sexes.end - 1);
  });

  it('nobody dies where too few did, and their records end as others do', () => {
    const people = (dead: number) =>
      Array.from({ length: 20 }, (_, i): PatientRecord => {
        return { ...person('female', 'I10'), id: `p${i}`, ...(i < dead && { deathDate: '2020-05-01' }) };
      });
    const found = (dead: number) => {
      const { dictionary, alphabet, reader, leftOut, walk } = languageOf(people(dead), 10);
      walk.begin();
      return {
        isBarred: new Grammar(dictionary, alphabet).barred(walk).includes(alphabet.death),
        items: reader.read(people(dead)[0]).items.length,
        leftOut: leftOut.rareDeaths,
      };
    };
    expect(found(10)).toEqual({ isBarred: false, items: 2, leftOut: 0 });
    expect(found(9)).toEqual({ isBarred: true, items: 1, leftOut: 1 });
  });
});
