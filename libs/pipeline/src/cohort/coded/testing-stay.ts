import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { columnGroups, loadColumns, loadMatrix } from '@ehrsynth/matrix';
import { expect } from 'vitest';

/** Asks Spark. */
type Ask = <T>(sql: string) => Promise<T[]>;

const PARTS = [
  ['training', 'train'],
  ['holdout', 'holdout'],
] as const;

/** Expects the rows of a local cohort at a place, and their columns in the cohort that names it. */
export async function rowsAreThere(ask: Ask, place: string, local: string, cohort: string): Promise<void> {
  for (const [part, own] of PARTS) {
    const { columns, ids, rows, ...matrix } = await loadMatrix(join(local, own));
    expect(await loadColumns(join(cohort, own))).toEqual(columns);
    const groups = columnGroups(columns);
    const expected = Array.from({ length: rows }, (_, row) => {
      const [from, to] = [matrix.indptr[row], matrix.indptr[row + 1]];
      const [indices, values] = [matrix.indices, matrix.values].map((all) => [...all.subarray(from, to)]);
      const isCode = (column: number) => column >= groups.at(-1)!.end;
      const held = groups.map(({ name: group, start: first, end }) => {
        const column = indices.find((one) => one >= first && one < end);
        return [group, column === undefined ? '' : columns[column].code];
      });
      return {
        row,
        id: ids[row],
        ...Object.fromEntries(held),
        codes: indices.filter(isCode).length,
        events: indices.reduce((sum, column, i) => sum + (isCode(column) ? values[i] : 0), 0),
        indices: indices.join(' '),
        values: values.join(' '),
      };
    });
    const joined = (list: string) => `array_join(transform(${list}, x -> CAST(x AS STRING)), ' ') AS ${list}`;
    const names = ['row', 'id', ...groups.map((group) => group.name), 'codes', 'events'];
    const found = await ask(
      `SELECT ${names.join(', ')}, ${joined('indices')}, ${joined('`values`')} FROM parquet.\`${place}/${part}/rows\` ORDER BY row`,
    );
    expect(found).toEqual(expected);
  }
}

/** Expects the records of a local cohort at a place, as they are written there. */
export async function recordsAreThere(ask: Ask, place: string, local: string): Promise<void> {
  for (const [part, own] of PARTS) {
    const lines = gunzipSync(readFileSync(join(local, own, 'records.ndjson.gz')))
      .toString()
      .trim()
      .split('\n');
    const found = await ask<{ patient: string; record: string }>(`SELECT * FROM parquet.\`${place}/${part}/records\``);
    expect(found.map(({ record }) => record).sort()).toEqual(lines.sort());
    for (const { patient, record } of found) expect((JSON.parse(record) as { id: string }).id).toBe(patient);
  }
}
