import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded } from '../testing/right-resources.ts';

const NONE = 'placeholder date, dropped';

async function read(patient: object, ...starts: string[]) {
  const conditions = starts.map((onsetDateTime) => ({
    resourceType: 'Condition',
    subject: { reference: 'Patient/p' },
    code: coded(System.icd10cm, 'I10'),
    onsetDateTime,
  }));
  const { records, tally } = await readTheseResources([
    { resourceType: 'Patient', id: 'p', ...patient },
    ...conditions,
  ]);
  return { ...records[0], notes: [...tally.notes.keys()] };
}

describe('a date of birth', () => {
  it.each<[string, string, string[], string | undefined, string?]>([
    ['that is right', '1989-06-12', ['2020-01-01'], '1989-06-12'],
    ['of a hundred years ago', '1915-06-12', ['2020-01-01'], '1915-06-12'],
    ['of 1 January 1970', '1970-01-01', ['2020-01-01'], '1970-01-01'],
    ['of .NET', '0001-01-01', ['2020-01-01'], undefined, NONE],
    ['of SQL Server', '1753-01-01', [], undefined, NONE],
    ['of Excel', '1899-12-30', ['2020-01-01'], undefined, NONE],
    ['of the end of time', '9999-12-31', ['2020-01-01'], undefined, NONE],
    [
      'of 1 January 1900, and nothing for 120 years',
      '1900-01-01',
      ['2020-03-01'],
      undefined,
      'birth date too long ago, dropped',
    ],
    ['of 1 January 1900, seen at 85', '1900-01-01', ['1985-03-01'], '1900-01-01'],
    [
      'of another day of 1890, and nothing for 130 years',
      '1890-02-03',
      ['2020-03-01'],
      undefined,
      'birth date too long ago, dropped',
    ],
    ['of 1850, and nothing at all', '1850-06-01', [], undefined, 'birth date too long ago, dropped'],
    ['of a record shifted as a whole', '2110-06-12', ['2180-01-01'], '2110-06-12'],
  ])('%s', async (_, birthDate, starts, day, note) => {
    const { birthDate: read_, notes } = await read({ birthDate }, ...starts);
    expect(read_).toBe(day);
    expect(notes).toEqual(note ? [note] : []);
  });
});

describe('a date of death', () => {
  it.each<[string, string, string | undefined, string?]>([
    ['that is right', '2021-01-01', '2021-01-01'],
    ['in the year of birth alone', '1950', '1950-05-01'],
    ['a day before birth, by its time zone', '1950-04-30', '1950-04-30'],
    ['of Excel', '1899-12-30', undefined, NONE],
    ['of SQL Server', '1900-01-01', undefined, NONE],
    ['of the end of time', '9999-12-31', undefined, NONE],
    ['of the beginning of Unix, of whom was seen in 2020', '1970-01-01', undefined, NONE],
    ['before birth', '1949-01-01', undefined, 'date before birth, dropped'],
    ['after the longest life', '2199-01-01', undefined, 'date after the longest life, dropped'],
  ])('%s', async (_, deceasedDateTime, day, note) => {
    const { deathDate, notes } = await read({ birthDate: '1950-05-01', deceasedDateTime }, '2020-01-01');
    expect(deathDate).toBe(day);
    expect(notes).toEqual(note ? [note] : []);
  });

  it('of the beginning of Unix is kept of whom is not seen later', async () => {
    const { deathDate } = await read({ birthDate: '1950-05-01', deceasedDateTime: '1970-01-01' }, '1969-01-01');
    expect(deathDate).toBe('1970-01-01');
  });
});

describe('a date of an event', () => {
  it.each<[string, string, string | undefined, string?]>([
    ['on the day of birth', '1970-05-01', '1970-05-01'],
    ['before birth', '1965-01-01', undefined, 'date before birth, dropped'],
    ['of SQL Server', '1900-01-01', undefined, NONE],
    ['of .NET', '0001-01-01', undefined, NONE],
    ['of SQL Server, the last', '2079-06-06', undefined, NONE],
    ['of the end of time', '9999-12-31', undefined, NONE],
    ['of another end of time', '2999-12-31', undefined, NONE],
    ['of Unix, before birth', '1970-01-01', undefined, 'date before birth, dropped'],
    ['after the longest life', '2201-01-01', undefined, 'date after the longest life, dropped'],
  ])('%s', async (_, start, day, note) => {
    const { events, notes } = await read({ birthDate: '1970-05-01' }, start);
    expect(events).toHaveLength(1);
    expect(events[0].start).toBe(day);
    expect(notes).toEqual(note ? [note] : []);
  });

  it('is read without a birth date, unless it stands for none', async () => {
    const { events, notes } = await read({}, '1930-01-01', '1900-01-01');
    expect(events.map(({ start }) => start)).toEqual(['1930-01-01', undefined]);
    expect(notes).toEqual([NONE]);
  });
});
