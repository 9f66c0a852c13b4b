import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { openDatabase } from '@ehrsynth/duckdb';
import { type OmopReadOptions, readOmop } from '../index.ts';

const KINDS = EventKind.options;
const vocabulary = new Vocabulary();

/** For a file of tests: folders of CDMs by the content of their files, and what is read of them. */
export function cdmFolders() {
  const work = mkdtempSync(join(tmpdir(), 'cdm-'));
  let count = 0;
  return {
    remove: () => rmSync(work, { recursive: true }),
    /** A folder of files: path → content. SQL in place of a text makes a Parquet file. */
    async folder(files: Record<string, string | Buffer | { sql: string }>): Promise<string> {
      const folder = join(work, String(++count));
      mkdirSync(folder);
      for (const [name, content] of Object.entries(files)) {
        const path = join(folder, name);
        mkdirSync(dirname(path), { recursive: true });
        if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(path, content);
        else await run(`COPY (${content.sql}) TO '${path}' (FORMAT parquet)`);
      }
      return folder;
    },
    /** A DuckDB file in which statements were run. */
    async duckdb(...statements: string[]): Promise<string> {
      const path = join(work, `${++count}.duckdb`);
      const database = await openDatabase(path);
      for (const sql of statements) await database.run(sql);
      await database.close();
      return path;
    },
    async read(path: string, options: Partial<OmopReadOptions> = {}, tally = new Tally()) {
      const records: PatientRecord[] = [];
      for await (const record of readOmop(path, { vocabulary, kinds: KINDS, ...options }, tally)) records.push(record);
      return { records, tally, codes: codesOf(records) };
    },
  };
}

/** Code and day of each event, in order. */
function codesOf(records: PatientRecord[]): string[] {
  return records.flatMap(({ events }) => events.map(({ code, start }) => `${code.code} ${start}`)).sort();
}

async function run(sql: string): Promise<void> {
  const database = await openDatabase();
  await database.run(sql);
  await database.close();
}
