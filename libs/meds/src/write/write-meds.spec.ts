import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { checksum, listFiles } from '@ehrsynth/io';
import { type PatientRecord, System } from '@ehrsynth/records';
import { ByteBuffer } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import { CODES_FILE, CORE_COLUMNS, EXTRA_COLUMNS, SPLITS_FILE } from '../standard.ts';
import { folders, readAll, writeAll } from '../testing/folders.ts';
import { subjectIdOf } from './subject-id.ts';

const newFolder = folders();

const A1C = { system: System.loinc, code: '4548-4', display: 'Hemoglobin A1c' };
const record: PatientRecord = {
  id: '12',
  sex: 'female',
  birthDate: '1960-05-06',
  deathDate: '2021-01-02',
  race: '2106-3',
  encounters: [{ class: 'IMP', start: '2020-01-01', startTime: '08:00', end: '2020-01-03' }],
  events: [
    {
      kind: 'measurement',
      code: A1C,
      start: '2020-01-01',
      startTime: '09:30',
      encounter: 0,
      quantity: { value: 7.2, unit: '%' },
    },
    { kind: 'condition', code: { system: System.icd10cm, code: 'E11.9' } },
    { kind: 'drug', code: { system: System.rxnorm, code: '860975' }, start: '2019-12-31', daysSupply: 30 },
  ],
};

async function query<T>(sql: string): Promise<T[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS() as T[];
  connection.closeSync();
  instance.closeSync();
  return rows;
}

async function written(...records: PatientRecord[]): Promise<string> {
  const folder = newFolder();
  await writeAll(records, folder);
  return folder;
}

describe('a MEDS dataset that is written', () => {
  it('has the rows that the standard asks for, in its order', async () => {
    const folder = await written(record);
    const data = await query(
      `SELECT CAST(subject_id AS VARCHAR) AS id, CAST("time" AS VARCHAR) AS t, code FROM '${join(folder, 'data/train/0.parquet')}'`,
    );
    expect(
      data.map((row) =>
        Object.values(row as object)
          .map((value) => value ?? '')
          .join(' '),
      ),
    ).toEqual([
      '12  GENDER//F',
      '12  RACE//2106-3',
      '12  ICD10CM//E11.9',
      '12 1960-05-06 00:00:00 MEDS_BIRTH',
      '12 2019-12-31 00:00:00 RxNorm//860975',
      '12 2020-01-01 08:00:00 ENCOUNTER//IMP',
      '12 2020-01-01 09:30:00 LOINC//4548-4//%',
      '12 2020-01-03 00:00:00 ENCOUNTER_END//IMP',
      '12 2021-01-02 00:00:00 MEDS_DEATH',
    ]);
  });

  it("has Parquet's types for what MEDS demands, and columns that may be empty", async () => {
    const folder = await written(record);
    const schema = await query<Record<string, string | null>>(
      `SELECT name, type, repetition_type, converted_type, logical_type FROM parquet_schema('${join(folder, 'data/train/0.parquet')}')`,
    );
    const of = (name: string) => schema.find((column) => column.name === name)!;
    expect(schema.slice(1).map(({ name }) => name)).toEqual([...CORE_COLUMNS, ...EXTRA_COLUMNS].map(([name]) => name));
    expect(of('subject_id')).toMatchObject({ type: 'INT64' });
    expect(of('time').type).toBe('INT64');
    expect(of('time').logical_type).toMatch(/Timestamp.*isAdjustedToUTC=(?:0|false).*MICROS/);
    expect(of('code')).toMatchObject({ type: 'BYTE_ARRAY', converted_type: 'UTF8' });
    expect(of('numeric_value')).toMatchObject({ type: 'FLOAT' });
    expect(of('text_value')).toMatchObject({ type: 'BYTE_ARRAY', converted_type: 'UTF8' });
    for (const name of ['time', 'numeric_value', 'text_value']) expect(of(name).repetition_type).toBe('OPTIONAL');
  });

  it('declares to Arrow that text_value is a large string and time has no zone', async () => {
    const folder = await written(record);
    const [{ value }] = await query<{ value: Uint8Array }>(
      `SELECT value FROM parquet_kv_metadata('${join(folder, 'data/train/0.parquet')}') WHERE key = 'ARROW:schema'`,
    );
    const types = arrowTypes(Buffer.from(Buffer.from(value).toString(), 'base64'));
    // Numbers of Arrow's Schema.fbs.
    expect([...types].slice(0, 5)).toEqual([
      ['subject_id', 2],
      ['time', 10],
      ['code', 5],
      ['numeric_value', 3],
      ['text_value', 20],
    ]);
    expect(types.size).toBe(CORE_COLUMNS.length + EXTRA_COLUMNS.length);
  });

  it('has every code of the data with its title, each subject in its split, and what made it', async () => {
    const folder = newFolder();
    const others = ['13', 'b'].map((id) => ({ ...record, id }));
    await writeAll([record, ...others], folder, {
      splitOf: ({ id }) => (id === '13' ? 'held_out' : 'train'),
    });
    const missing = await query(
      `SELECT DISTINCT code FROM '${join(folder, 'data/**/*.parquet')}' ANTI JOIN '${join(folder, CODES_FILE)}' USING (code)`,
    );
    expect(missing).toEqual([]);
    const [a1c] = await query(`SELECT * FROM '${join(folder, CODES_FILE)}' WHERE code LIKE 'LOINC%'`);
    expect(a1c).toEqual({ code: 'LOINC//4548-4//%', description: 'Hemoglobin A1c', parent_codes: null });
    const splits = await query<{ subject_id: bigint; split: string }>(`FROM '${join(folder, SPLITS_FILE)}'`);
    expect(new Map(splits.map(({ subject_id: id, split }) => [id, split]))).toEqual(
      new Map([
        [12n, 'train'],
        [13n, 'held_out'],
        [subjectIdOf('b').id, 'train'],
      ]),
    );
    expect(await query(`SELECT DISTINCT subject_id FROM '${join(folder, 'data/held_out/*.parquet')}'`)).toEqual([
      { subject_id: 13n },
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'metadata/dataset.json'), 'utf8'))).toMatchObject({
      etl_name: 'ehrsynth',
      meds_version: '0.4.1',
      created_at: '2026-01-01T00:00:00Z',
    });
  });

  it('has a subject in one file where it has several', async () => {
    const folder = newFolder();
    const many = Array.from({ length: 10 }, (_, i) => ({ ...record, id: String(i) }));
    const { shards } = await writeAll(many, folder, { rowsAShard: 20 });
    expect(shards).toBe(4);
    const twice = await query(
      `SELECT subject_id FROM read_parquet('${join(folder, 'data/**/*.parquet')}', filename = true) GROUP BY ALL HAVING count(DISTINCT filename) > 1`,
    );
    expect(twice).toEqual([]);
    expect((await readAll(folder)).map(({ id }) => id)).toEqual(many.map(({ id }) => id));
  });

  it('is the same, byte for byte, of the same records', async () => {
    const sums = async (folder: string) => Promise.all((await listFiles(folder)).map(checksum));
    const many = Array.from({ length: 600 }, (_, i) => ({ ...record, id: String(i) }));
    expect(await sums(await written(...many))).toEqual(await sums(await written(...many)));
  });
});

describe('ids', () => {
  it('that are whole numbers of 64 bits are the subject_id; others are hashed, and come back', async () => {
    expect(subjectIdOf('-9223372036854775808').isHash).toBe(false);
    for (const id of ['007', '-0', '9223372036854775808', '1e3', ' 1', 'uuid']) {
      const { id: number, isHash } = subjectIdOf(id);
      expect([isHash, number >= 0n && number < 1n << 63n]).toEqual([true, true]);
    }
    const ids = ['5', '007', 'a-b', '9223372036854775808'];
    const folder = await written(...ids.map((id) => ({ ...record, id })));
    expect((await readAll(folder)).map(({ id }) => id)).toEqual(ids);
  });

  it('that give one subject_id are refused', async () => {
    await expect(written(record, record)).rejects.toMatchObject({
      code: 'same-subject',
      message: /Two records have the id 12/,
    });
    const same = String(subjectIdOf('uuid').id);
    await expect(written({ ...record, id: 'uuid' }, { ...record, id: same })).rejects.toThrow(
      `The ids ${same} and uuid`,
    );
  });
});

/** Field names and the numbers of their types, by the layout of Arrow's Message.fbs and Schema.fbs. */
function arrowTypes(message: Buffer): Map<string, number> {
  expect(message.readUInt32LE(0)).toBe(0xffffffff);
  const buffer = new ByteBuffer(new Uint8Array(message.subarray(8)));
  const root = buffer.readInt32(0);
  const at = (table: number, slot: number) => table + buffer.__offset(table, 4 + 2 * slot);
  const schema = buffer.__indirect(at(root, 2));
  const fields = at(schema, 1);
  const first = buffer.__vector(fields);
  return new Map(
    Array.from({ length: buffer.__vector_len(fields) }, (_, i) => {
      const field = buffer.__indirect(first + 4 * i);
      return [String(buffer.__string(at(field, 0))), buffer.readUint8(at(field, 2))] as const;
    }),
  );
}
