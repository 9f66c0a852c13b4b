import { afterAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../testing/postgres.ts';
import { type ReadCdm, readAsFiles, readFromServer, type SmallCdm } from '../testing/small-cdm.ts';
import { DeathFault } from './lives.ts';

const FUTURE = 'date in the future';
const IN_TEN_YEARS = `${new Date().getUTCFullYear() + 10}-01-01`;

/** The days of one person's conditions, and what is said of the first. */
const ROWS: [what: string, born: string, days: string[], expected: string[], reason?: string][] = [
  [
    'the first day of Unix, and all else later',
    '1941-02-02',
    ['1970-01-01', '2010-01-01'],
    ['2010-01-01'],
    DeathFault.placeholder,
  ],
  ['its eve', '1941-02-02', ['1969-12-31', '1975-01-02'], ['1975-01-02'], DeathFault.placeholder],
  [
    'that day and its eve',
    '1941-02-02',
    ['1970-01-01', '1969-12-31', '2010-01-01'],
    ['2010-01-01'],
    DeathFault.placeholder,
  ],
  [
    'a day within five years',
    '1941-02-02',
    ['1970-01-01', '1974-12-30', '2010-01-01'],
    ['1970-01-01', '1974-12-30', '2010-01-01'],
  ],
  ['a day within five years before', '1941-02-02', ['1970-01-01', '1965-06-06'], ['1965-06-06', '1970-01-01']],
  ['no other day', '1941-02-02', ['1970-01-01'], ['1970-01-01']],
  ['a birth on that day', '1970-01-01', ['1970-01-01', '2010-01-01'], ['1970-01-01', '2010-01-01']],
  ['another first of January', '1941-02-02', ['1971-01-01', '2010-01-01'], ['1971-01-01', '2010-01-01']],
  ['the future', '1980-02-02', [IN_TEN_YEARS, '2010-01-01'], ['2010-01-01', IN_TEN_YEARS], FUTURE],
];

const CDM: SmallCdm = {
  person: ROWS.map(([, born], i) => ({
    person_id: i + 1,
    gender_concept_id: 8507,
    year_of_birth: Number(born.slice(0, 4)),
    birth_datetime: born,
  })),
  condition_occurrence: ROWS.flatMap(([, , days], i) =>
    days.map((day, n) => ({
      condition_occurrence_id: (i + 1) * 10 + n,
      person_id: i + 1,
      condition_start_date: day,
      condition_source_value: 'I10',
    })),
  ),
  death: [{ person_id: ROWS.length, death_date: IN_TEN_YEARS }],
};

/** All of it in the coming century, as MIMIC's. */
const SHIFTED: SmallCdm = {
  person: [{ person_id: 1, gender_concept_id: 8507, year_of_birth: 2010 }],
  condition_occurrence: [
    {
      condition_occurrence_id: 1,
      person_id: 1,
      condition_start_date: '2130-01-01',
      condition_source_value: 'I10',
    },
  ],
  visit_occurrence: Array.from({ length: 20 }, (_, i) => ({
    visit_occurrence_id: i + 1,
    person_id: 1,
    visit_concept_id: 9201,
    visit_start_date: `2110-01-${10 + i}`,
  })),
  death: [{ person_id: 1, death_date: '2132-02-02' }],
};

const server = await startPostgres();
afterAll(() => server?.stop());
const sources: [string, (cdm: SmallCdm, name: string) => Promise<ReadCdm>][] = [['files', readAsFiles]];
if (server) sources.push(['PostgreSQL', (cdm, name) => readFromServer(cdm, server.url, name)]);

describe.each(sources)('doubtful dates from %s', (_, load) => {
  const read = load(CDM, 'doubtful');

  it.each(ROWS.map((row, i): [string, number, (typeof ROWS)[number]] => [row[0], i + 1, row]))(
    '%s',
    async (_what, id, [, , , expected, reason]) => {
      const { records, reasons } = await read;
      expect(records.get(String(id))!.events.map(({ start }) => start)).toEqual(expected);
      expect(reasons.get(`condition_occurrence ${id * 10}`) ?? []).toEqual(reason ? [reason] : []);
    },
  );

  it('a death in the future', async () => {
    expect((await read).reasons.get(`death ${ROWS.length}`)).toEqual([FUTURE]);
  });

  it('says nothing of records that were shifted into a coming century', async () => {
    const { records, tally } = await load(SHIFTED, 'shifted');
    expect(records.get('1')!.deathDate).toBe('2132-02-02');
    expect(records.get('1')!.encounters).toHaveLength(20);
    expect([...tally.notes.keys()]).not.toContain(FUTURE);
  });
});
