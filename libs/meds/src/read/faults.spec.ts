import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tally } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { folders, medsOf, readAll, rows } from '../testing/folders.ts';

const newFolder = folders();
const A1C = (subject: number, day: string) => `${subject}, '${day}', 'LOINC//4548-4//%', 5.5`;

/** What is read of a source, and what is said of it; and that the same stops where that is asked for. */
async function faultsOf(files: Record<string, string>) {
  const folder = await medsOf(newFolder(), files);
  const tally = new Tally();
  const records = await readAll(folder, { tally });
  const problems = tally.problems
    .filter(({ reason }) => !/codes.parquet/.test(reason))
    .map(({ reason, where }) => `${where}: ${reason}`);
  const read = records.map(({ id, events }) => [id, ...events.map(({ start }) => start)].join(' '));
  expect(tally.unaccounted()).toEqual([]);
  await expect(readAll(folder, { tally: new Tally('stop') })).rejects.toMatchObject({ code: 'bad-input' });
  return { read, problems, skipped: Object.fromEntries(tally.skipped.get('data') ?? []) };
}

describe('what breaks the standard', () => {
  it('is a subject in two files', async () => {
    const { read, problems, skipped } = await faultsOf({
      'data/train/0.parquet': rows(A1C(1, '2020-01-01'), A1C(2, '2020-01-01')),
      'data/train/1.parquet': rows(A1C(3, '2020-01-01'), A1C(1, '2020-01-02'), A1C(1, '2020-01-03')),
    });
    expect(read).toEqual(['2 2020-01-01', '3 2020-01-01']);
    expect(problems).toEqual([
      'data/train/0.parquet, subject 1: subject whose rows are in several files',
      'data/train/1.parquet, subject 1: subject whose rows are in several files',
    ]);
    expect(skipped).toEqual({ 'subject whose rows are in several files': 3 });
  });

  it('is a subject whose rows do not stand together', async () => {
    const { read, problems } = await faultsOf({
      'data/0.parquet': rows(A1C(1, '2020-01-01'), A1C(2, '2020-01-01'), A1C(1, '2020-01-02')),
    });
    expect(read).toEqual(['2 2020-01-01']);
    expect(problems).toEqual(['data/0.parquet, subject 1: subject whose rows do not stand together']);
  });

  it('is a subject whose rows are out of order: they are put in order', async () => {
    const { read, problems } = await faultsOf({
      'data/0.parquet': rows(A1C(1, '2020-01-02'), A1C(1, '2020-01-01'), "1, NULL, 'GENDER//F'", A1C(2, '2020-01-01')),
    });
    expect(read).toEqual(['1 2020-01-01 2020-01-02', '2 2020-01-01']);
    expect(problems).toEqual([
      'data/0.parquet, subject 1: subject whose rows are not in the order of time, put in order',
    ]);
  });

  it('is a row without a code or a subject', async () => {
    const { read, problems, skipped } = await faultsOf({
      'data/0.parquet': rows(A1C(1, '2020-01-01'), "1, '2020-01-02', NULL", `NULL${A1C(1, '2020-01-03').slice(1)}`),
    });
    expect(read).toEqual(['1 2020-01-01']);
    expect(problems).toEqual([
      'data/0.parquet: row without subject_id',
      'data/0.parquet, subject 1: row without a code',
    ]);
    expect(skipped).toEqual({ 'row without subject_id': 1, 'row without a code': 1 });
  });

  it('is a column of another type that can be read', async () => {
    const { read, problems } = await faultsOf({
      'data/0.parquet': `SELECT 1::INTEGER AS subject_id, TIMESTAMPTZ '2020-01-01 23:00:00+00' AS time, 'LOINC//4548-4' AS code, 4.8::DOUBLE AS numeric_value`,
    });
    expect(read).toEqual(['1 2020-01-01']);
    expect(problems).toEqual(
      ['subject_id', 'time', 'numeric_value'].map(
        (name) => `data/0.parquet: column ${name} of a type other than MEDS requires`,
      ),
    );
  });
});

describe('what cannot be read', () => {
  it.each([
    [
      'a missing column',
      "SELECT 1::BIGINT AS subject_id, 'x' AS code",
      'missing-column',
      /column time, which MEDS requires, is missing\n.*data.0\.parquet\n.*subject_id, code/,
    ],
    ['an old MEDS', "SELECT 1::BIGINT AS patient_id, 'x' AS code", 'missing-column', /MEDS before 0\.3/],
    [
      'a subject that is no number',
      "SELECT 'a' AS subject_id, NULL::TIMESTAMP AS time, 'x' AS code",
      'column-type',
      /subject_id is VARCHAR/,
    ],
    [
      'a time that is text',
      "SELECT 1::BIGINT AS subject_id, '2020' AS time, 'x' AS code",
      'column-type',
      /time is VARCHAR/,
    ],
  ])('is refused: %s', async (_, select, code, message) => {
    const folder = await medsOf(newFolder(), { 'data/0.parquet': select });
    await expect(readAll(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is refused: no Parquet under data, a folder above or below, a damaged file', async () => {
    const folder = await medsOf(newFolder(), { 'a/data/0.parquet': rows(A1C(1, '2020-01-01')) });
    await expect(readAll(newFolder())).rejects.toMatchObject({ code: 'not-meds' });
    await expect(readAll(folder)).rejects.toThrow(join(folder, 'a'));
    await expect(readAll(join(folder, 'a', 'data'))).rejects.toThrow(join(folder, 'a'));
    writeFileSync(join(folder, 'a/data/1.parquet'), 'PAR1 and no more');
    await expect(readAll(join(folder, 'a'))).rejects.toMatchObject({ code: 'broken-file' });
  });

  it('is refused: a file whose pages are damaged, with its name', async () => {
    const folder = await medsOf(newFolder(), {
      'data/0.parquet':
        'SELECT i AS subject_id, NULL::TIMESTAMP AS time, md5(i::VARCHAR) AS code FROM range(20000) r(i)',
    });
    const path = join(folder, 'data/0.parquet');
    const bytes = readFileSync(path);
    for (let i = bytes.length >> 2; i < bytes.length * 0.75; i++) bytes[i] ^= 0x55;
    writeFileSync(path, bytes);
    await expect(readAll(folder)).rejects.toMatchObject({
      code: 'broken-file',
      message: expect.stringContaining(join('data', '0.parquet')),
    });
  });

  it('is nobody in files without rows', async () => {
    const none = (select: string) => `${select} WHERE false`;
    const folder = await medsOf(newFolder(), {
      'data/train/0.parquet': none(`SELECT * FROM (${rows(A1C(1, '2020-01-01'))})`),
      'data/train/1.parquet': rows(A1C(2, '2020-01-01')),
      'metadata/codes.parquet': none("SELECT 'a' AS code, 'b' AS description, ['c'] AS parent_codes"),
    });
    expect((await readAll(folder, { tally: new Tally('stop') })).map(({ id }) => id)).toEqual(['2']);
  });
});
