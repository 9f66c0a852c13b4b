import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../testing/postgres.ts';
import { type ReadCdm, readAsFiles, readFromServer, type SmallCdm } from '../testing/small-cdm.ts';
import { BirthNote } from './births.ts';

type Row = [
  what: string,
  year: number | undefined,
  month: number | undefined,
  day: number | undefined,
  datetime: string | undefined,
  born: string | undefined,
  note?: string,
  firstEvent?: string,
];

const NEXT_YEAR = new Date().getUTCFullYear() + 1;
const ROWS: Row[] = [
  ['all parts', 1980, 9, 17, undefined, '1980-09-17'],
  ['all parts and the same day', 1980, 9, 17, '1980-09-17 10:00:00', '1980-09-17'],
  ['a year alone', 1980, undefined, undefined, undefined, '1980-01-01'],
  ['a year alone, and a day of it', 1980, undefined, undefined, '1980-09-17 00:00:00', '1980-09-17'],
  ['a month, and a day of it', 1980, 5, undefined, '1980-05-20', '1980-05-20'],
  ['a month alone', 1980, 5, undefined, undefined, '1980-05-01'],
  ['no parts', undefined, undefined, undefined, '1980-09-17T00:00:00', '1980-09-17', BirthNote.fromDatetime],
  ['nothing', undefined, undefined, undefined, undefined, undefined, BirthNote.none],
  ['another year', 1980, undefined, undefined, '1981-09-17', '1980-01-01', BirthNote.contradiction],
  ['another month', 1980, 5, undefined, '1980-06-20', '1980-05-01', BirthNote.contradiction],
  ['another day', 1980, 5, 2, '1980-05-20', '1980-05-02', BirthNote.contradiction],
  ['the same day in another time zone', 1980, 5, 1, '1980-04-30 22:00:00', '1980-05-01'],
  ['30 February', 1980, 2, 30, undefined, '1980-02-01', BirthNote.impossible],
  ['30 February, and a day that agrees', 1980, 2, 30, '1980-02-28', '1980-02-28', BirthNote.impossible],
  ['29 February in a leap year', 2000, 2, 29, undefined, '2000-02-29'],
  ['29 February in another year', 1999, 2, 29, undefined, '1999-02-01', BirthNote.impossible],
  ['31 April', 1999, 4, 31, undefined, '1999-04-01', BirthNote.impossible],
  ['month 13', 1980, 13, 5, undefined, '1980-01-01', BirthNote.impossible],
  ['month 0 and day 0', 1980, 0, 0, undefined, '1980-01-01', BirthNote.impossible],
  ['a day without a month', 1980, undefined, 15, undefined, '1980-01-01', BirthNote.dayAlone],
  ['a day without a month, and the date', 1980, undefined, 15, '1980-03-15', '1980-03-15'],
  ['year 0', 0, undefined, undefined, undefined, undefined, BirthNote.impossible],
  ['year 0 and a date', 0, undefined, undefined, '1980-09-17', '1980-09-17', BirthNote.impossible],
  ['1800', 1800, 1, 1, undefined, undefined, BirthNote.placeholder],
  ['9999', 9999, 12, 31, undefined, undefined, BirthNote.placeholder],
  ['a date of .NET', undefined, undefined, undefined, '0001-01-01', undefined, BirthNote.placeholder],
  ['in the future', NEXT_YEAR, undefined, undefined, undefined, undefined, BirthNote.inFuture],
  [
    'in the future, as all of the record',
    NEXT_YEAR + 50,
    1,
    1,
    undefined,
    `${NEXT_YEAR + 50}-01-01`,
    undefined,
    `${NEXT_YEAR + 60}-01-01`,
  ],
  ['more than 123 years ago', 1890, 1, 1, undefined, undefined, BirthNote.tooLongAgo],
  ['more than 123 years ago, seen in 1960', 1890, 1, 2, undefined, '1890-01-02', undefined, '1960-01-01'],
  ['more than 123 years before what is seen', 1890, 1, 2, undefined, undefined, BirthNote.tooLongAgo, '2015-01-01'],
  ["SQL Server's first day", 1900, 1, 1, '1900-01-01', undefined, BirthNote.tooLongAgo, '2015-01-01'],
];

const CDM: SmallCdm = {
  person: ROWS.map(([, year, month, day, datetime], i) => ({
    person_id: i + 1,
    gender_concept_id: 8507,
    year_of_birth: year,
    month_of_birth: month,
    day_of_birth: day,
    birth_datetime: datetime,
  })),
  condition_occurrence: ROWS.flatMap(([, , , , , , , date], i) =>
    date
      ? [
          {
            condition_occurrence_id: i + 1,
            person_id: i + 1,
            condition_start_date: date,
            condition_source_value: 'I10',
          },
        ]
      : [],
  ),
};

const server = await startPostgres();
afterAll(() => server?.stop());
const sources: [string, () => Promise<ReadCdm>][] = [['files', () => readAsFiles(CDM)]];
if (server) sources.push(['PostgreSQL', () => readFromServer(CDM, server.url, 'births')]);

describe.each(sources)('births from %s', (_, load) => {
  let read: ReadCdm;
  beforeAll(async () => (read = await load()));

  it.each(ROWS.map((row, i): [string, number, Row] => [row[0], i + 1, row]))(
    '%s',
    (_what, person, [, , , , , born, note]) => {
      expect(read.records.get(String(person))?.birthDate).toBe(born);
      expect(read.reasons.get(`person ${person}`) ?? []).toEqual(note ? [note] : []);
    },
  );
});
