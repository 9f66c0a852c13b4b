import { Tally } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { folders, medsOf, readAll, rows } from '../testing/folders.ts';
import { faultOf, lifetimeOf } from './lifetime.ts';

const newFolder = folders();
const lab = (day: string) => `1, '${day}', 'LAB//LOINC//4548-4//%', 5.5`;

describe('a subject', () => {
  it('has no rows before birth, and none long after death', async () => {
    const folder = await medsOf(newFolder(), {
      'data/0.parquet': rows(
        lab('1949-12-30'),
        lab('1949-12-31'),
        "1, '1950-01-01', 'MEDS_BIRTH'",
        lab('2020-01-01 10:00'),
        "1, '2020-01-02', 'MEDS_DEATH'",
        lab('2020-03-02'),
        lab('2020-03-03'),
        "1, '2020-05-01', 'HOSPITAL_ADMISSION//URGENT//ER'",
        "1, NULL, 'GENDER//F'",
      ),
    });
    const tally = new Tally();
    const [record] = await readAll(folder, { tally });
    expect(record).toMatchObject({ birthDate: '1950-01-01', deathDate: '2020-01-02', encounters: [] });
    expect(record.events.map(({ start }) => start)).toEqual(['1949-12-31', '2020-01-01', '2020-03-02']);
    expect(Object.fromEntries(tally.skipped.get('data')!)).toEqual({
      'date before birth': 1,
      'date more than 60 days after death': 2,
    });
    expect(tally.unaccounted()).toEqual([]);
  });

  it.each([
    ['born too long ago', { birthDate: '1850-01-01' }, ['2020-01-01'], {}, 'birth date too long ago, dropped'],
    [
      'born on a day that stands for none',
      { birthDate: '1900-01-01' },
      ['2020-01-01'],
      {},
      'birth date too long ago, dropped',
    ],
    ['born in the future', { birthDate: '2150-01-01' }, ['2020-01-01'], {}, 'birth date in the future, dropped'],
    ['shifted into the future', { birthDate: '2150-01-01' }, ['2180-01-01'], { birthDate: '2150-01-01' }, undefined],
    [
      'dead before birth',
      { birthDate: '1950-01-01', deathDate: '1940-01-01' },
      [],
      { birthDate: '1950-01-01' },
      'death: date before birth, not read',
    ],
    [
      'dead on a day that stands for none',
      { deathDate: '1970-01-01' },
      ['2020-01-01'],
      {},
      'death on a placeholder date, not read',
    ],
    ['dead on that day', { deathDate: '1970-01-01' }, ['1969-01-01'], { deathDate: '1970-01-01' }, undefined],
  ])('that is %s', (_, said, days, expected, reason) => {
    const reasons: string[] = [];
    const life = lifetimeOf(said, days, (problem) => reasons.push(problem.reason), '2026-01-01');
    expect(life).toMatchObject(expected);
    expect(Object.keys(life).filter((name) => name !== 'last')).toEqual(Object.keys(expected));
    expect(reasons).toEqual(reason ? [reason] : []);
  });

  it('lives no longer than anybody', () => {
    const life = lifetimeOf({ birthDate: '1950-01-01' }, [], () => {}, '2026-01-01');
    expect(faultOf('2073-01-01', life)).toBeUndefined();
    expect(faultOf('2073-01-02', life)).toBe('date after the longest life');
    expect(faultOf(undefined, life)).toBeUndefined();
  });
});
