import { readFileSync, writeFileSync } from 'node:fs';
import { loadMatrix } from '@ehrsynth/matrix';
import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { ownFolder } from '../testing.ts';
import { frameSource, type FrameSourceOptions } from './frame-source.ts';
import { ingest } from './ingest.ts';
import { readRecords } from './records-file.ts';

const at = ownFolder();

async function ingested(text: string, options: FrameSourceOptions = {}, more = {}) {
  writeFileSync(at('table.csv'), text);
  const source = frameSource('ingest csv', at('table.csv'), options);
  const to = { out: at('cohort'), minPatients: 2, holdout: 0, force: true, ...more };
  const { counts, tally } = await ingest(source, to);
  const matrix = await loadMatrix(at('cohort', 'train'));
  return { counts, tally, matrix, columns: matrix.columns.map(({ code }) => code) };
}

it('makes a cohort of a matrix with demographics, and says what it cannot do without times', async () => {
  const { counts, tally, columns, matrix } = await ingested(
    ',sex,age_25-34,E11.9,I10,LOCAL1\na,F,1,1,2,0\nb,F,1,1,0,1\nc,,0,0,1,1\n',
  );
  expect(counts).toMatchObject({ patients: 3, events: 7 });
  expect(columns).toEqual(['female', '25-34', 'E11.9', 'I10', 'LOCAL1']);
  expect(matrix.entries(0)).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
  expect([...tally.remarks]).toEqual([
    expect.stringMatching(/a row for each patient and a column for each of 4 codes; columns: id "", sex "sex"/),
    expect.stringMatching(/^The source has no times: only models of rows/),
  ]);
  expect([...tally.hints].join()).toMatch(/Codes that look like ICD-10-CM.*: 2 of the codes.*such as LOCAL1/);
});

it('says that nothing is known of sex and age', async () => {
  const { tally } = await ingested('id,E11.9\na,1\nb,1\n');
  expect([...tally.remarks].join()).toMatch(/has no sex.*has neither age/);
});

it('makes dated records of a table of events, with values where they are asked for', async () => {
  const text =
    'person,when,icd,value,unit,sex,dob\n1,2020-01-01,E11.9,,,M,1950-01-01\n1,2020-02-01,4548-4,7,%,,\n2,2021-01-01,E11.9,,,F,1960-01-01\n';
  const options: FrameSourceOptions = { columns: { time: 'when', code: 'icd' }, kinds: ['condition', 'measurement'] };
  const { columns, tally } = await ingested(text, options);
  expect(columns).toContain('E11.9');
  expect([...tally.remarks].join()).not.toContain('no times');
  const records = [];
  for await (const record of readRecords(at('cohort', 'train', 'records.ndjson.gz'))) records.push(record);
  expect(records[0].events[1]).toMatchObject({
    code: { system: System.loinc },
    start: '2020-02-01',
    quantity: { value: 7, unit: '%' },
  });
  const { tally: usual } = await ingested(text, { columns: options.columns });
  expect(usual.skipped.get('event')!.get('measurement not requested')).toBe(1);
});

it('leaves out rows that it cannot read, a patient who comes twice, and codes that do not exist, and lists where', async () => {
  const { counts, tally } = await ingested('id,ICD10CM_E11.9,ICD10CM_Q99.999\na,0.5,1\nb,1,1\nb,1,0\nc,1,0\n');
  expect(counts.patients).toBe(2);
  const listed = readFileSync(at('cohort', 'problems.ndjson'), 'utf8');
  expect(listed).toMatch(/not a count.*line 2, column \\"ICD10CM_E11.9\\"/);
  expect(listed).toMatch(/second row.*line 4/);
  expect(listed).toMatch(/code in no dictionary.*column \\"ICD10CM_Q99.999\\"/);
  expect(tally.skipped.get('event')!.get('code in no dictionary')).toBe(1);
  await expect(ingested('id,E11.9\na,-1\n', { onError: 'stop' })).rejects.toThrow(/line 2, column "E11.9"/);
});

it('counts and lists patients whose rows say different sexes, and keeps the first', async () => {
  const rows = ['a,male,E11.9', 'a,female,I10', 'a,male,I10', 'b,,E11.9', 'b,unknown,I10', 'b,F,I10', 'c,f,E11.9'];
  const { tally, counts } = await ingested(`id,sex,code\n${rows.join('\n')}\n`);
  const reason = 'sex differs from an earlier row of the same patient; the first is kept';
  expect(tally.notes.get(reason)).toBe(1);
  expect(tally.problems).toMatchObject([
    { reason, where: expect.stringMatching(/line 3/), detail: 'female, before male' },
  ]);
  expect(counts).toMatchObject({ patients: 3, events: 7 });
});

it('reads codes as of the system and kind that are named', async () => {
  const { matrix } = await ingested('id,250.00,401.9\na,1,1\nb,1,1\n', { system: 'ICD9CM' });
  expect(matrix.columns.slice(-2)).toMatchObject([
    { kind: 'condition', system: System.icd9cm, code: '250.00' },
    { kind: 'condition', system: System.icd9cm, code: '401.9' },
  ]);
  const { matrix: drugs } = await ingested('id,ASA\na,1\nb,1\n', { kind: 'drug', system: 'urn:test:drugs' });
  expect(drugs.columns.at(-1)).toMatchObject({ kind: 'drug', system: 'urn:test:drugs', code: 'ASA' });
});
