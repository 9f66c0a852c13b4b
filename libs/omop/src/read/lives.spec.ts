import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../testing/postgres.ts';
import { type ReadCdm, readAsFiles, readFromServer, type SmallCdm } from '../testing/small-cdm.ts';
import { DeathFault } from './lives.ts';

const AFTER_DEATH = 'date more than 60 days after death';
const DATETIME = 'no date, day of the date with time read';
const NO_END = 'end on a placeholder date or after the longest life, dropped';
const BEFORE = 'ends before it begins';

/** One person each, born 1980-05-05; a condition, and deaths. */
type Row = [
  what: string,
  event: { start?: string; datetime?: string; end?: string },
  deaths: [date?: string, datetime?: string][],
  expected: { start?: string; end?: string; died?: string; event?: string; death?: string[] },
];
const ROWS: Row[] = [
  ['an event', { start: '2010-01-02' }, [], { start: '2010-01-02' }],
  ['a day and its end', { start: '2010-01-02', end: '2010-02-02' }, [], { start: '2010-01-02', end: '2010-02-02' }],
  ['a time without a date', { datetime: '2010-01-02 23:30:00' }, [], { start: '2010-01-02', event: DATETIME }],
  ['no date', {}, [], { event: DeathFault.none }],
  ['the first day of .NET', { start: '0001-01-01' }, [], { event: DeathFault.placeholder }],
  ['the first day of SQL Server', { start: '1900-01-01' }, [], { event: DeathFault.placeholder }],
  ['its first year', { start: '1753-01-01' }, [], { event: DeathFault.placeholder }],
  ['the last day', { start: '9999-12-31' }, [], { event: DeathFault.placeholder }],
  ['the last day of vocabularies', { start: '2099-12-31' }, [], { event: DeathFault.placeholder }],
  ['before birth', { start: '1980-05-03' }, [], { event: DeathFault.beforeBirth }],
  ['the day before birth, as in another time zone', { start: '1980-05-04' }, [], { start: '1980-05-04' }],
  ['after the longest life', { start: '2110-01-01' }, [], { event: DeathFault.tooLate }],
  [
    'an end that stands for none',
    { start: '2010-01-02', end: '9999-12-31' },
    [],
    { start: '2010-01-02', event: NO_END },
  ],
  [
    'an end after the longest life',
    { start: '2010-01-02', end: '2210-01-02' },
    [],
    { start: '2010-01-02', event: NO_END },
  ],
  [
    'an end before the beginning',
    { start: '2010-01-02', end: '2009-01-02' },
    [],
    { start: '2010-01-02', event: BEFORE },
  ],
  ['a death', { start: '2010-01-02' }, [['2010-01-02']], { start: '2010-01-02', died: '2010-01-02' }],
  ['60 days after death', { start: '2010-03-02' }, [['2010-01-01']], { start: '2010-03-02', died: '2010-01-01' }],
  ['61 days after death', { start: '2010-03-03' }, [['2010-01-01']], { died: '2010-01-01', event: AFTER_DEATH }],
  [
    'a time of death without a date',
    {},
    [[undefined, '2012-05-05 10:00:00']],
    { died: '2012-05-05', event: DeathFault.none, death: [DATETIME] },
  ],
  ['a death without a date', { start: '2010-01-02' }, [[]], { start: '2010-01-02', death: [DeathFault.none] }],
  [
    'two deaths',
    { start: '2010-01-02' },
    [['2015-01-01'], ['2012-01-01']],
    { start: '2010-01-02', died: '2015-01-01', death: [DeathFault.further] },
  ],
  [
    'a death, and one in the future',
    { start: '2010-01-02' },
    [['2045-01-01'], ['2012-01-01']],
    { start: '2010-01-02', died: '2012-01-01', death: [DeathFault.further] },
  ],
  [
    'a death, and the first day of Unix',
    { start: '2010-01-02' },
    [['1970-01-01'], ['2012-01-01']],
    { start: '2010-01-02', died: '2012-01-01', death: [DeathFault.beforeBirth] },
  ],
  [
    'the same death twice',
    { start: '2010-01-02' },
    [['2012-01-01'], ['2012-01-01']],
    { start: '2010-01-02', died: '2012-01-01', death: [DeathFault.further] },
  ],
  [
    'a death that stands for none',
    { start: '2010-01-02' },
    [['9999-12-31']],
    { start: '2010-01-02', death: [DeathFault.placeholder] },
  ],
  [
    'and another',
    { start: '2010-01-02' },
    [['1900-01-01'], ['2012-01-01']],
    { start: '2010-01-02', died: '2012-01-01', death: [DeathFault.placeholder] },
  ],
  [
    'a death before birth',
    { start: '2010-01-02' },
    [['1979-01-01']],
    { start: '2010-01-02', death: [DeathFault.beforeBirth] },
  ],
];

const EPOCH = ROWS.length + 1;
const CDM: SmallCdm = {
  person: [
    ...ROWS.map((_, i) => ({
      person_id: i + 1,
      gender_concept_id: 8507,
      year_of_birth: 1980,
      month_of_birth: 5,
      day_of_birth: 5,
    })),
    { person_id: EPOCH, gender_concept_id: 8507, year_of_birth: 1941 },
  ],
  condition_occurrence: [
    ...ROWS.map(([, { start, datetime, end }], i) => ({
      condition_occurrence_id: i + 1,
      person_id: i + 1,
      condition_start_date: start,
      condition_start_datetime: datetime,
      condition_end_date: end,
      condition_source_value: 'I10',
    })),
    {
      condition_occurrence_id: EPOCH,
      person_id: EPOCH,
      condition_start_date: '2010-01-01',
      condition_source_value: 'I10',
    },
  ],
  visit_occurrence: ROWS.map(([, { start, datetime, end }], i) => ({
    visit_occurrence_id: i + 1,
    person_id: i + 1,
    visit_concept_id: 9202,
    visit_start_date: start,
    visit_start_datetime: datetime,
    visit_end_date: end,
  })),
  death: [
    ...ROWS.flatMap(([, , deaths], i) =>
      deaths.map(([date, datetime]) => ({ person_id: i + 1, death_date: date, death_datetime: datetime })),
    ),
    // The first day of Unix, and the record goes on.
    { person_id: EPOCH, death_date: '1970-01-01' },
  ],
};

const server = await startPostgres();
afterAll(() => server?.stop());
const sources: [string, () => Promise<ReadCdm>][] = [['files', () => readAsFiles(CDM)]];
if (server) sources.push(['PostgreSQL', () => readFromServer(CDM, server.url, 'lives')]);

describe.each(sources)('lives and dates from %s', (_, load) => {
  let read: ReadCdm;
  beforeAll(async () => (read = await load()));

  it.each(ROWS.map((row, i): [string, number, Row] => [row[0], i + 1, row]))('%s', (_what, id, row) => {
    const { start, end, died, event, death } = row[3];
    const record = read.records.get(String(id))!;
    expect(record.deathDate).toBe(died);
    const expected = start ? [{ start, end }] : [];
    expect(record.events.map(({ start, end }) => ({ start, end }))).toEqual(expected);
    expect(record.encounters.map(({ start, end }) => ({ start, end }))).toEqual(expected);
    expect(read.reasons.get(`condition_occurrence ${id}`) ?? []).toEqual(event ? [event] : []);
    expect(read.reasons.get(`visit_occurrence ${id}`) ?? []).toEqual(event ? [event] : []);
    expect(read.reasons.get(`death ${id}`) ?? []).toEqual(death ?? []);
  });

  it('takes the first day of Unix for no death where the record goes on', () => {
    expect(read.records.get(String(EPOCH))).toMatchObject({
      deathDate: undefined,
      events: [{ start: '2010-01-01' }],
    });
    expect(read.reasons.get(`death ${EPOCH}`)).toEqual([DeathFault.placeholder]);
  });
});
