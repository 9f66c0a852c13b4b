import type { Column } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { visitsOf } from '@ehrsynth/histories';
import type { PatientRecord } from '@ehrsynth/records';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Grammar } from './grammar.ts';
import { privateDictionary } from './private-dictionary.ts';
import { anyRecord, COLUMNS, languageFrom } from './testing.ts';
import { recordOf } from './to-record.ts';

it('has a place for everybody: what records say but values is there again', () => {
  const { dictionary, alphabet, reader } = languageFrom(privateDictionary(COLUMNS, new Map()));
  fc.assert(
    fc.property(anyRecord, (record) => {
      reader.leftOut.misplacedEvents = 0;
      const again = recordOf('p', reader.read(record), dictionary, alphabet, new Rng(1));
      const { sex, birthDate, deathDate, race } = record;
      expect(again).toMatchObject({ sex, ...(birthDate && { birthDate }), ...(deathDate && { deathDate }) });
      expect(again.race).toBe(race);
      expect(again.events.every(({ quantity, answer }) => !quantity && !answer)).toBe(true);
      // Nothing is after death, nor in the oldest of more stays at a time than four.
      if (reader.leftOut.misplacedEvents > 0) return;
      const visits = (one: PatientRecord) =>
        visitsOf(one)
          .visits.map(({ first, class: name }) => `${first} ${name}`)
          .sort();
      expect(visits(again)).toEqual(visits(record));
      const codes = (one: PatientRecord) => new Set(one.events.map(({ code }) => code.code));
      expect(codes(again)).toEqual(codes(record));
    }),
    { numRuns: 100 },
  );
  expect(reader.leftOut.rareClasses).toBe(0);
});

it('keeps what is impossible for everybody: codes of the other sex', () => {
  const pregnancy: Column = { kind: 'condition', system: COLUMNS[0].system, code: 'Z34.90', level: 'code' };
  const { dictionary, alphabet, walk } = languageFrom(privateDictionary([...COLUMNS, pregnancy], new Map()));
  const barred = (sex: 'female' | 'male') => {
    const days = { year: (first: number) => first, day: (first: number) => first };
    walk.begin();
    const { sexes, races, ethnicities, years, months, weekdays, ages, classes, stays } = alphabet;
    const tokens = [
      sexes.start + dictionary.sexes.indexOf(sex),
      races.start,
      ethnicities.start,
      years.start,
      months.start,
      weekdays.start,
    ];
    for (const token of [...tokens, ages.start + 30, classes.start + 1, stays.start]) walk.take(token, days);
    return new Grammar(dictionary, alphabet).barred(walk);
  };
  const token = alphabet.codes.start + COLUMNS.length;
  expect(barred('male')).toContain(token);
  expect(barred('female')).not.toContain(token);
});
