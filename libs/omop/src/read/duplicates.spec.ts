import { afterAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../testing/postgres.ts';
import { type ReadCdm, readAsFiles, readFromServer, type SmallCdm } from '../testing/small-cdm.ts';

const person = (id: number, gender = 8507, year = 1980) => ({
  person_id: id,
  gender_concept_id: gender,
  year_of_birth: year,
  person_source_value: `p${id}`,
});
const condition = (id: number | undefined, of: number, code: string, date = '2010-01-02', visit?: number) => ({
  condition_occurrence_id: id,
  person_id: of,
  condition_start_date: date,
  condition_source_value: code,
  visit_occurrence_id: visit,
});
const visit = (id: number | undefined, of: number, concept: number, date: string) => ({
  visit_occurrence_id: id,
  person_id: of,
  visit_concept_id: concept,
  visit_start_date: date,
});
const CDM: SmallCdm = {
  person: [person(1, 8532, 1981), person(1), person(2), person(2), person(3)],
  condition_occurrence: [
    condition(1, 1, 'I10', '2010-01-02', 7),
    condition(1, 1, 'I10', '2010-01-02', 7),
    condition(2, 1, 'E11.9', '2010-03-03'),
    condition(2, 1, 'J06.9', '2010-02-02'),
    condition(3, 2, 'I10'),
    condition(3, 3, 'E11.9'),
    condition(undefined, 3, 'J06.9', '2010-05-05'),
    condition(undefined, 3, 'J06.9', '2010-06-06'),
  ],
  visit_occurrence: [visit(7, 1, 9202, '2010-06-05'), visit(7, 1, 9201, '2010-01-02'), visit(8, 2, 9203, '2010-01-02')],
};

const server = await startPostgres();
afterAll(() => server?.stop());
const reversed = Object.fromEntries(Object.entries(CDM).map(([table, rows]) => [table, rows.toReversed()]));
const sources: [string, () => Promise<ReadCdm>][] = [
  ['files', () => readAsFiles(CDM)],
  ['files in another order', () => readAsFiles(reversed)],
];
if (server) sources.push(['PostgreSQL', () => readFromServer(CDM, server.url, 'duplicates')]);

describe.each(sources)('ids that stand in several rows, from %s', (_, load) => {
  it('are one of the person, the first by day and then by all columns; those of several persons are several', async () => {
    const { records, tally } = await load();
    const read = [...records].map(([id, { sex, birthDate, encounters, events }]) => [
      id,
      sex,
      birthDate,
      encounters.map(({ class: code, start }) => `${code} ${start}`),
      events.map(({ code, start, encounter }) => [code.code, start, encounter]),
    ]);
    expect(read).toEqual([
      [
        'p1',
        'male',
        '1980-01-01',
        ['IMP 2010-01-02'],
        [
          ['I10', '2010-01-02', 0],
          ['J06.9', '2010-02-02', undefined],
        ],
      ],
      ['p2', 'male', '1980-01-01', ['EMER 2010-01-02'], [['I10', '2010-01-02', undefined]]],
      [
        'p3',
        'male',
        '1980-01-01',
        [],
        [
          ['E11.9', '2010-01-02', undefined],
          ['J06.9', '2010-05-05', undefined],
          ['J06.9', '2010-06-06', undefined],
        ],
      ],
    ]);
    const skipped = Object.fromEntries(
      [...tally.skipped].map(([table, reasons]) => [table, Object.fromEntries(reasons)]),
    );
    expect(skipped).toEqual({
      person: { 'person id twice': 2 },
      condition_occurrence: { 'row id twice': 2 },
      visit_occurrence: { 'row id twice': 1 },
    });
    expect(Object.fromEntries(tally.notes)).toEqual({ 'row id of several persons, each row read': 2 });
  });
});
