import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, identifier, openDatabase, quote } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'duckdb-'));
let database: Database;
beforeAll(async () => {
  database = await openDatabase(undefined, { workFolder: folder, ordered: true });
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

it('has any text and any name as it was quoted', async () => {
  // DuckDB's texts and names end at NUL.
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'));
  await fc.assert(
    fc.asyncProperty(
      text,
      text.filter((name) => name !== ''),
      async (value, name) => {
        const [row] = await database.all(`SELECT ${quote(value)} AS ${identifier(name)}`);
        expect(row).toEqual({ [name]: value });
      },
    ),
    { numRuns: 50 },
  );
});

it('gives what was appended, row by row, column by column and all at once', async () => {
  await database.run('CREATE TABLE kinds (i BIGINT, x DOUBLE, t VARCHAR, b BOOLEAN, l VARCHAR[])');
  const appender = await database.append('kinds', ['BIGINT', 'DOUBLE', 'VARCHAR', 'BOOLEAN', 'VARCHAR[]']);
  appender.add([
    [9007199254740993n, null],
    [0.1, null],
    ["it's", null],
    [false, null],
    [['a', 'b'], null],
  ]);
  appender.close();
  const rows = [
    [9007199254740993n, 0.1, "it's", false, ['a', 'b']],
    [null, null, null, null, null],
  ];
  const streamed: unknown[][] = [];
  for await (const row of database.stream('FROM kinds')) streamed.push(row);
  expect(streamed).toEqual(rows);
  const columns: unknown[][][] = [];
  for await (const some of database.columns('SELECT i, x, t, b FROM kinds')) columns.push(some);
  expect(columns).toEqual([[0, 1, 2, 3].map((column) => rows.map((row) => row[column]))]);
  const [first] = await database.all<{ i: bigint; l: string[] }>('FROM kinds');
  expect([first.i, first.l]).toEqual([rows[0][0], ['a', 'b']]);
});

it('reads several queries beside each other, over connections of their own that see what was made', async () => {
  await database.run('CREATE TABLE numbers AS SELECT range AS n FROM range(5000)');
  const query = 'SELECT n FROM numbers ORDER BY n';
  const [one, other] = [database.stream<[bigint]>(query), database.stream<[bigint]>(query)];
  for (let n = 0n; n < 3000n; n++) {
    expect((await one.next()).value).toEqual([n]);
    expect((await other.next()).value).toEqual([n]);
  }
  await Promise.all([one.return(undefined), other.return(undefined)]);
});

it('reads times that name their zone in the zone asked for, whatever the machine has', async () => {
  const day = async (timeZone?: string) => {
    const zoned = await openDatabase(':memory:', { workFolder: folder, timeZone });
    try {
      return await zoned.all(`SELECT CAST(CAST(TIMESTAMPTZ '2020-01-01 02:00:00+00' AS DATE) AS VARCHAR) AS day`);
    } finally {
      await zoned.close();
    }
  };
  expect(await day()).toEqual([{ day: '2020-01-01' }]);
  expect(await day('America/New_York')).toEqual([{ day: '2019-12-31' }]);
});

it('leaves nothing in the work folder: when it is closed, and when a file cannot be opened', async () => {
  const own = mkdtempSync(join(folder, 'own-'));
  const path = join(own, 'kept.duckdb');
  const opened = await openDatabase(path, { workFolder: own });
  await opened.run('CREATE TABLE kept AS SELECT 1 AS one');
  expect(readdirSync(own).length).toBeGreaterThan(1);
  await opened.close();
  expect(readdirSync(own)).toEqual(['kept.duckdb']);
  await expect(openDatabase(own, { workFolder: own })).rejects.toThrow();
  expect(readdirSync(own)).toEqual(['kept.duckdb']);
  expect(existsSync(path)).toBe(true);
});
