import { Tally } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import type { SourceCode } from './code-row.ts';
import { recordsOfLines } from './record-lines.ts';

const conditions = ['A', 'B', 'C'].map((code): SourceCode => {
  const of = { kind: 'condition', table: 'condition_occurrence', code: { system: 'urn:own', code } } as const;
  return { ...of, unit: null, active: undefined, notes: [] };
});
const reading = { codes: conditions, values: [], sexes: [], origins: [], classes: [], where: [] };

async function records(rows: (string | null)[][]) {
  async function* lines() {
    for (const row of rows) yield JSON.stringify(row);
  }
  const found = [];
  const tally = new Tally();
  for await (const record of recordsOfLines(lines(), JSON.parse(JSON.stringify(reading)), tally)) found.push(record);
  return { found, tally };
}

const person = (id: string, name: string) => ['1', id, name, '1980-02-03', null, ...Array<null>(9).fill(null)];
const visit = (id: string, key: string | null, start: string, minute: string | null) => [
  '2',
  id,
  key,
  null,
  null,
  'AMB',
  start,
  minute,
  null,
  null,
];
const event = (id: string, place: string, day: string, minute: string | null, of: string | null, times = '1') => [
  '3',
  id,
  place,
  day,
  minute,
  null,
  null,
  of,
  null,
  null,
  times,
  null,
];

it('makes the record of each person of rows in any order, with ids of 64 bits', async () => {
  const [one, two] = ['9007199254740993', '9007199254740994'];
  const { found, tally } = await records([
    event(one, '2', '18262', null, null),
    visit(one, '12', '2020-01-02', '60'),
    event(one, '0', '18263', '30', '9223372036854775807'),
    person(one, 'pät-1'),
    event(one, '1', '18262', null, null, '2'),
    visit(one, '9223372036854775807', '2020-01-02', null),
    // Of nobody who is read.
    event(two, '1', '18262', null, null),
  ]);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ id: 'pät-1', birthDate: '1980-02-03' });
  // A visit whose time is not known comes first, and the event refers to it.
  expect(found[0].encounters.map(({ startTime }) => startTime)).toEqual([undefined, '01:00']);
  expect(found[0].events.map(({ code, start }) => `${code.code} ${start}`)).toEqual([
    ...['B 2020-01-01', 'B 2020-01-01', 'C 2020-01-01', 'A 2020-01-02'],
  ]);
  expect(found[0].events[3].encounter).toBe(0);
  expect([tally.used.get('person'), tally.used.get('condition_occurrence')]).toEqual([1, 4]);
});

it('has nothing of no lines', async () => {
  expect((await records([])).found).toEqual([]);
});
