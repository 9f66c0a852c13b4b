import { Rng } from '@ehrsynth/random';
import type { CodedEvent, Encounter, PatientRecord } from '@ehrsynth/records';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { civilOf, dayNumber, NO_DAY, weekdayOf } from './days.ts';
import { Dictionary } from './dictionary.ts';
import type { Histories } from './histories.ts';
import { readHistories } from './read.ts';
import { sampleHistories, splitHistories } from './sample.ts';
import { visitCodes } from './visit-codes.ts';

function event(code: string, more: Partial<CodedEvent> = {}): CodedEvent {
  return { kind: 'condition', code: { system: 'urn:test', code }, ...more };
}

function record(encounters: Encounter[], events: CodedEvent[], more: Partial<PatientRecord> = {}): PatientRecord {
  return { id: 'a', sex: 'female', encounters, events, ...more };
}

/** Class, days and codes of each visit of a patient. */
function visitsOf({ arrays, dictionary }: Histories, patient: number) {
  const found = [];
  for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++) {
    const codes = arrays.code.slice(arrays.eventStarts[visit], arrays.eventStarts[visit + 1]);
    found.push([
      dictionary.classes.texts[arrays.visitClass[visit]],
      arrays.firstDay[visit],
      arrays.lastDay[visit],
      Array.from(codes, (code) => dictionary.codes[code].code.code).join(' '),
    ]);
  }
  return found;
}

const start = dayNumber('2020-03-01');

it('days are numbers since 1970, and back', () => {
  expect(['1970-01-01', '1969-12-31', '2000-02-29', undefined].map(dayNumber)).toEqual([0, -1, 11_016, NO_DAY]);
  const date = fc.date({ min: new Date('1600-01-01'), max: new Date('2400-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (time) => {
      const number = dayNumber(time.toISOString().slice(0, 10));
      expect(number).toBe(Math.floor(time.getTime() / 86_400_000));
      expect(civilOf(number)).toEqual([time.getUTCFullYear(), time.getUTCMonth() + 1, time.getUTCDate()]);
      expect(weekdayOf(number)).toBe((time.getUTCDay() + 6) % 7);
    }),
  );
});

it('an encounter is a visit, with or without events; visits and events stand in order of time', async () => {
  const histories = await readHistories([
    record(
      [
        { class: 'AMB', start: '2020-03-05' },
        { class: 'IMP', start: '2020-03-01', end: '2020-03-03' },
      ],
      [
        event('late', { start: '2020-03-03', encounter: 1 }),
        event('noon', { start: '2020-03-02', startTime: '12:00', encounter: 1 }),
        event('dawn', { start: '2020-03-02', startTime: '06:30', encounter: 1 }),
        event('sometime', { start: '2020-03-02', encounter: 1 }),
      ],
    ),
  ]);
  expect(visitsOf(histories, 0)).toEqual([
    ['IMP', start, start + 2, 'sometime dawn noon late'],
    ['AMB', start + 4, start + 4, ''],
  ]);
  expect([...histories.arrays.minute]).toEqual([-1, 390, 720, -1]);
});

it('the same record gives the same visits, in whatever order a format lists its encounters and events', async () => {
  const value = (code: string, of: number, encounter: number, startTime?: string) =>
    event(code, {
      kind: 'measurement',
      start: '2020-03-01',
      startTime,
      encounter,
      quantity: { value: of, unit: 'mg' },
    });
  const classes = ['AMB', 'EMER', 'AMB', 'AMB'];
  const events = [
    value('glucose', 90, 0, '08:00'),
    value('glucose', 85, 0, '08:00'),
    value('sodium', 140, 0, '08:00'),
    event('a', { start: '2020-03-01', encounter: 1 }),
    event('b', { start: '2020-03-01', encounter: 2 }),
    event('a', { start: '2020-03-01', encounter: 3 }),
  ];
  const listed = (encounters: number[], order: number[]) =>
    record(
      encounters.map((one) => ({ class: classes[one], start: '2020-03-01' })),
      order.map((one) => ({ ...events[one], encounter: encounters.indexOf(events[one].encounter!) })),
    );
  const [own, numbers] = [classes.keys(), events.keys()].map((keys) => [...keys]);
  const usual = [
    ['AMB', start, start, 'a'],
    ['AMB', start, start, 'b'],
    ['AMB', start, start, 'glucose glucose sodium'],
    ['EMER', start, start, 'a'],
  ];
  const anyOrder = (all: number[]) => fc.shuffledSubarray(all, { minLength: all.length });
  await fc.assert(
    fc.asyncProperty(anyOrder(own), anyOrder(numbers), async (encounters, order) => {
      const histories = await readHistories([listed(encounters, order)]);
      expect(visitsOf(histories, 0)).toEqual(usual);
      expect([...histories.arrays.value].filter((one) => !Number.isNaN(one))).toEqual([85, 90, 140]);
    }),
  );
});

it('an event without an encounter joins the visit that covers its day, or makes one of its day', async () => {
  const histories = await readHistories([
    record(
      [
        { class: 'IMP', start: '2020-03-01', end: '2020-03-20' },
        { class: 'AMB', start: '2020-03-04' },
        { class: 'EMER', start: '2020-03-06' },
      ],
      [
        event('stay', { start: '2020-03-10' }),
        event('visit', { start: '2020-03-04' }),
        event('b', { start: '2020-03-25' }),
        event('before', { start: '2020-02-29' }),
        event('a', { start: '2020-03-25', startTime: '08:00' }),
        // Of no day: counted; of its encounter's day: there.
        event('never'),
        event('with', { encounter: 2 }),
      ],
    ),
  ]);
  expect(visitsOf(histories, 0)).toEqual([
    ['none', start - 1, start - 1, 'before'],
    ['IMP', start, start + 19, 'stay'],
    ['AMB', start + 3, start + 3, 'visit'],
    ['EMER', start + 5, start + 5, 'with'],
    ['none', start + 24, start + 24, 'b a'],
  ]);
  expect(histories.leftOut).toEqual({ undatedEvents: 1, undatedEncounters: 0 });
});

it('an encounter without a day has those of its events, or is counted', async () => {
  const encounters = [{ class: 'AMB' }, { class: 'AMB' }];
  const histories = await readHistories([
    record(encounters, [
      event('b', { start: '2020-03-03', encounter: 0 }),
      event('a', { start: '2020-03-01', encounter: 0 }),
    ]),
  ]);
  expect(visitsOf(histories, 0)).toEqual([['AMB', start, start + 2, 'a b']]);
  expect(histories.leftOut.undatedEncounters).toBe(1);
});

it('values, comparators, units and answers are kept; what is not there differs from what is 0', async () => {
  const dictionary = new Dictionary();
  const answer = { system: 'urn:test', code: 'positive' };
  const { arrays } = await readHistories(
    [
      record(
        [],
        [
          event('a', { start: '2020-03-01', quantity: { value: 0, comparator: '<', unit: 'mg/dL' } }),
          event('b', { start: '2020-03-01', answer }),
        ],
      ),
    ],
    dictionary,
  );
  expect([...arrays.value]).toEqual([0, NaN]);
  expect([...arrays.comparator]).toEqual([1, 0]);
  expect(Array.from(arrays.unit, (unit) => dictionary.units.texts[unit])).toEqual(['mg/dL', '']);
  expect(Array.from(arrays.answer, (number) => dictionary.answers[number])).toEqual([undefined, answer]);
});

it('sides that share a dictionary share their numbers; a code of another kind is another', async () => {
  const dictionary = new Dictionary();
  const [one, other] = [
    await readHistories([record([], [event('a', { start: '2020-03-01' })])], dictionary),
    await readHistories(
      [
        record(
          [],
          [
            event('b', { start: '2020-03-01' }),
            event('a', { start: '2020-03-02' }),
            event('a', { start: '2020-03-03', kind: 'drug' }),
          ],
        ),
      ],
      dictionary,
    ),
  ];
  expect([...one.arrays.code]).toEqual([0]);
  expect([...other.arrays.code]).toEqual([1, 0, 2]);
  expect(dictionary.findCode('drug', { system: 'urn:test', code: 'a' })).toBe(2);
  expect(dictionary.findCode('drug', { system: 'urn:test', code: 'b' })).toBeUndefined();
});

it.each([2 ** 16, 2 ** 16 + 1])('keeps the codes of a dictionary of %i entries apart', async (codes) => {
  const events = Array.from({ length: codes }, (_, i) => event(`c${i}`, { start: '2020-03-01' }));
  const { arrays, dictionary } = await readHistories([record([], events)]);
  expect(new Set(Array.from(arrays.code, (number) => dictionary.codes[number].code.code)).size).toBe(codes);
});

it('picks, splits and samples whole patients', async () => {
  const records = Array.from({ length: 40 }, (_, i) =>
    record(
      [{ class: 'AMB', start: '2020-03-01' }],
      Array.from({ length: i % 4 }, (_, n) =>
        event(`c${i}-${n}`, { start: `2020-03-0${n + 2}`, quantity: { value: i } }),
      ),
      { id: `p${i}`, birthDate: `19${10 + i}-01-01` },
    ),
  );
  const histories = await readHistories(records);
  const picked = histories.pick([7, 3, 7]);
  expect(picked.arrays.ids).toEqual(['p7', 'p3', 'p7']);
  [7, 3, 7].forEach((patient, i) => {
    expect(visitsOf(picked, i)).toEqual(visitsOf(histories, patient));
    expect(picked.arrays.birthDay[i]).toBe(histories.arrays.birthDay[patient]);
  });
  expect([...picked.arrays.value]).toEqual([7, 7, 7, 3, 3, 3, 7, 7, 7]);
  const [a, b] = splitHistories(histories, 25, new Rng(1));
  expect([a.patients, b.patients]).toEqual([25, 15]);
  expect(new Set([...a.arrays.ids, ...b.arrays.ids]).size).toBe(40);
  expect(sampleHistories(histories, 25, new Rng(1)).arrays.ids).toEqual(a.arrays.ids);
  expect(sampleHistories(histories, 25, new Rng(2)).arrays.ids).not.toEqual(a.arrays.ids);
  expect(sampleHistories(histories, 99, new Rng(1))).toBe(histories);
});

it('codes of a visit, each once, ascending', async () => {
  const codes = Array.from({ length: 60 }, (_, i) => event(`c${(i * 7) % 30}`, { start: '2020-03-01' }));
  const few = [event('c3'), event('c1'), event('c3')].map((one) => ({ ...one, start: '2020-03-02' }));
  const histories = await readHistories([record([], [...codes, ...few])]);
  const { starts, codes: found } = visitCodes(histories);
  expect([...starts]).toEqual([0, 30, 32]);
  expect([...found.slice(0, 30)]).toEqual([...Array(30).keys()]);
  expect(found[30]).toBeLessThan(found[31]);
  const keeps = new Uint8Array(30);
  keeps[found[30]] = 1;
  expect([...visitCodes(histories, keeps).codes]).toEqual([found[30], found[30]]);
});
