import { expect, it } from 'vitest';
import { leftOutLines, roundedLeftOut } from './left-out.ts';

const nothing = {
  events: 0,
  encounters: 0,
  values: 0,
  rareEvents: 0,
  undatedEvents: 0,
  undatedEncounters: 0,
  rareValues: 0,
  repeatedEvents: 0,
  rareClasses: 0,
  rareDeaths: 0,
  misplacedEvents: 0,
};

it('says what is left out and of how much, and no number that rests on a few', () => {
  const leftOut = {
    ...nothing,
    events: 12_345,
    values: 804,
    encounters: 97,
    rareEvents: 1203,
    rareValues: 46,
    undatedEvents: 3,
  };
  const rounded = roundedLeftOut(leftOut, 10)!;
  expect(rounded).toMatchObject({ events: 12_350, rareEvents: 1200, rareValues: 50, undatedEvents: 0 });
  expect(leftOutLines(rounded)).toEqual([
    '1,200 of 12,350 events: too few patients have their code',
    '50 of 800 values: too few patients have their unit or answer; the events are kept',
  ]);
});

it('says nothing where nothing is left out, or where it is not known', () => {
  expect(leftOutLines({ ...nothing, events: 500 })).toEqual([]);
  expect(roundedLeftOut(undefined, 10)).toBeUndefined();
});
