import { expect, it } from 'vitest';
import { toOccurrence, toPeriod } from './times.ts';

const DAY = '2020-03-01';
const NEXT = '2020-03-02';

it.each([
  ['two days', { start: DAY, end: NEXT }, { start: DAY, end: NEXT }],
  [
    'a day and a time of a later one',
    { start: DAY, end: NEXT, endTime: '07:05' },
    { start: DAY, end: `${NEXT}T07:05:00Z` },
  ],
  [
    'two times of a day',
    { start: DAY, startTime: '08:00', end: DAY, endTime: '08:30' },
    { start: `${DAY}T08:00:00Z`, end: `${DAY}T08:30:00Z` },
  ],
  ['a day and a time of it', { start: DAY, end: DAY, endTime: '08:30' }, { start: DAY, end: DAY }],
  ['a time of a day and the day', { start: DAY, startTime: '08:30', end: DAY }, { start: DAY, end: DAY }],
  ['an end before the start', { start: NEXT, end: DAY }, { start: NEXT }],
  [
    'an end earlier on the day',
    { start: DAY, startTime: '08:30', end: DAY, endTime: '08:00' },
    { start: `${DAY}T08:30:00Z` },
  ],
  ['an end alone', { end: DAY, endTime: '00:00' }, { end: `${DAY}T00:00:00Z` }],
  ['a time without its day', { startTime: '08:00' }, undefined],
] as const)('writes a period of %s', (_, span, period) => expect(toPeriod(span)).toEqual(period));

it.each([
  ['at one time', { start: DAY, startTime: '23:59' }, { performedDateTime: `${DAY}T23:59:00Z` }],
  ['within a day', { start: DAY, end: DAY }, { performedDateTime: DAY }],
  [
    'at a time of the day on which it ended',
    { start: DAY, startTime: '08:00', end: DAY },
    { performedDateTime: `${DAY}T08:00:00Z` },
  ],
  ['on a day, until a time of it', { start: DAY, end: DAY, endTime: '08:00' }, { performedDateTime: DAY }],
  ['over days', { start: DAY, end: NEXT }, { performedPeriod: { start: DAY, end: NEXT } }],
  ['at no time that is known', {}, undefined],
] as const)('writes what happened %s', (_, span, written) => expect(toOccurrence('performed', span)).toEqual(written));
