import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAll } from '../testing/reading.ts';
import { isPostgres, postgresUrl, withoutPassword } from './address.ts';

describe('what may be the address of a database', () => {
  it.each([
    ['postgres://me@db:5432/x', 'postgres://me@db:5432/x'],
    ['postgres://me:s3cret@db/x', 'postgres://me@db/x'],
    ['postgres://me:s3@cret@db/x', 'postgres://me@db/x'],
    ['postgres://me:s3/cret@db/x', 'postgres://me@db/x'],
    ['postgres://me:1/s3cret@db/x', 'postgres://me@db/x'],
    ['postgres://me:a@s3/cret@db/x', 'postgres://me@db/x'],
    ['postgres://me:a?s3cret@db/x', 'postgres://me@db/x'],
    ['postgres://me:s3#cret@db/x?sslmode=require', 'postgres://me@db/x?sslmode=require'],
    ['postgres://me:s3:cret@db/x', 'postgres://me@db/x'],
    ['postgres://:s3cret@db/x', 'postgres://@db/x'],
    ['Postgres://me:s3cret@db/x', 'Postgres://me@db/x'],
    [' POSTGRESQL://me:s3cret@db/x ', ' POSTGRESQL://me@db/x '],
    ['postgres:me:s3cret@db/x', 'postgres:me@db/x'],
    ['postgresql+psycopg2://me:s3cret@db/x', 'postgresql+psycopg2://me@db/x'],
    ['"postgres://me:s3cret@db/x"', '"postgres://me@db/x"'],
    ['me:s3cret@db/x', 'me@db/x'],
    ['mysql://me:s3cret@db/x', 'mysql://me@db/x'],
    ['postgres://me@db/x?password=s3cret&sslmode=require', 'postgres://me@db/x?password=…&sslmode=require'],
    ['postgres://db/x?user=me@there&sslpassword=s3cret', 'postgres://db/x?user=me@there&sslpassword=…'],
    ['postgres://me@db/x?options=a@b&Password=s3 cret', 'postgres://me@db/x?options=a@b&Password=…'],
    ['jdbc:postgresql://db/x?user=me&password=s3cret', 'jdbc:postgresql://db/x?user=me&password=…'],
    ['jdbc:postgresql://me:s3cret@db/x', 'jdbc:postgresql://me@db/x'],
    ['jdbc:oracle:thin:me/s3cret@db:1521/x', 'jdbc:oracle:…'],
    ['host=db password=s3cret user=me', 'host=db password=… user=me'],
    ["host=db password = 's3 \\' cret' dbname=x", 'host=db password = … dbname=x'],
    ['password=s3 cret host=db', 'password=… host=db'],
    ['Server=db;Pwd=s3cret;Database=x', 'Server=db;Pwd=…;Database=x'],
  ])('%s is shown as %s', (source, shown) => {
    expect(withoutPassword(source)).toBe(shown);
    expect(isPostgres(source)).toBe(true);
  });

  it.each([
    '/data/cdm',
    'data/host=db/x',
    'C:\\data\\a@b',
    'C:/data/a@b',
    './cdm@2020',
    'cdm.duckdb',
    'a b',
    'my:folder',
  ])('not %s, which is a path', (path) => {
    expect(isPostgres(path)).toBe(false);
    expect(withoutPassword(path)).toBe(path);
  });

  it('not a folder that is there, whatever its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'host=db-'));
    const before = process.cwd();
    try {
      process.chdir(tmpdir());
      expect(isPostgres(folder.split(/[\\/]/).at(-1)!)).toBe(false);
      expect(isPostgres('host=elsewhere')).toBe(true);
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });

  it('shows no password, whatever is in it', () => {
    const password = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `<${text.replaceAll('\n', '')}>`);
    fc.assert(
      fc.property(password, fc.constantFrom('', '?sslmode=require'), (secret, query) => {
        // After ?name= an @ is one of the query: nobody can say what was meant.
        fc.pre(!/\?\w+=/.test(secret));
        expect(withoutPassword(`postgres://me:${secret}@db/x${query}`)).toBe(`postgres://me@db/x${query}`);
      }),
    );
  });
});

describe('a URL', () => {
  it.each([
    ['postgres://me@db/x', 'postgres://me@db/x'],
    [' POSTGRES://me:s3@cret@db/x', 'postgres://me:s3@cret@db/x'],
    ['PostgreSQL://db/x?user=me@there', 'postgres://db/x?user=me@there'],
  ])('%s is read as %s', (source, url) => expect(postgresUrl(source)).toBe(url));

  it.each([
    ['jdbc:postgresql://db/x?password=s3cret', /must be given as a URL[\s\S]*postgres:\/\/user@host:5432\/database/],
    ['host=db password=s3cret', /must be given as a URL/],
    ['postgres:/me:s3cret@db/x', /must be given as a URL/],
    ['postgresql+psycopg2://me:s3cret@db/x', /must be given as a URL/],
    ['mysql://me:s3cret@db/x', /Not a folder, a file or a PostgreSQL database[\s\S]*CSV or Parquet/],
    ['gs://bucket/cdm', /Not a folder, a file/],
    ['postgres://me:s3/cret@db/x', /an @ after its host[\s\S]*# as %23/],
    ['postgres://me:1#s3cret@db/x', /an @ after its host/],
    ['postgres://me:s3cret@db:70000/x', /cannot be read[\s\S]*up to 65535/],
    ['postgres://me:s3cret@db:port/x', /cannot be read/],
    ['postgres://me:s3cret@127.0.0.1:1/x', /No connection/],
    ['postgres://me:s3cret@127.0.0.1:1/x?sslmode=verify-full&sslrootcert=/not/there', /No such file[\s\S]*not.there/],
  ])('%s is refused in words without its password', async (source, message) => {
    const error = await readAll(source).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toMatch(/s3|cret/);
  });
});
