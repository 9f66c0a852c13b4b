import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, quote } from '@ehrsynth/duckdb';
import { checkOmop, readOmop, writeOmop } from '@ehrsynth/omop';
import { Tally } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { drain, each, writeLines } from './fhir.ts';
import type { Figure, PartResult } from './figure.ts';
import type { BenchSettings } from './settings.ts';
import { sideBySide } from './side-by-side.ts';

const PATIENTS = 2000;
const TODAY = '2026-01-01';

/** Writing OMOP beside JSON.stringify of the same records; reading and checking it beside DuckDB's reading of the same files. */
export async function benchOmop({ folder, repeats, scale }: BenchSettings): Promise<PartResult> {
  const vocabulary = new Vocabulary();
  const records = [...simulatePatients({ patients: Math.ceil(scale * PATIENTS), seed: 1 }, vocabulary)];
  const [source, out] = ['source', 'out'].map((name) => join(folder, 'omop', name));
  const { rows } = await writeOmop(each(records), source, { format: 'csv', today: TODAY });
  const count = [...rows.values()].reduce((sum, one) => sum + one, 0);
  const writing = async (work: () => Promise<unknown>) => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    await work();
  };
  const write = (format: 'csv' | 'parquet') => () =>
    writing(() => writeOmop(each(records), out, { format, today: TODAY }));
  const written = await sideBySide(
    {
      reference: () => writing(() => writeLines(join(out, 'records.ndjson'), records)),
      'export, CSV': write('csv'),
      'export, Parquet': write('parquet'),
    },
    repeats,
  );
  const kinds = ['condition' as const, 'drug' as const];
  const read = await sideBySide(
    {
      reference: () => readByDuckdb(source),
      'ingest: CSV to records': () => drain(readOmop(source, { vocabulary, kinds }, new Tally())),
      'validate, CSV': () => checkOmop(source, { today: TODAY }),
    },
    repeats,
  );
  const figures = ([timed, reference]: [typeof written | typeof read, string]): Figure[] =>
    Object.entries(timed)
      .filter(([name]) => name !== 'reference')
      .map(([name, own]) => ({ name, ...own, count, unit: 'rows', reference }));
  return {
    figures: [
      ...figures([written, 'JSON.stringify of the same records, written']),
      ...figures([read, "DuckDB's reading of every value"]),
    ],
  };
}

/** Reads every value of all tables, as text, and nothing else. */
async function readByDuckdb(folder: string): Promise<void> {
  const database = await openDatabase();
  try {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.csv'))) {
      const file = quote(join(folder, name));
      await database.all(`SELECT count(*), sum(hash(t)) FROM read_csv(${file}, all_varchar = true, header = true) t`);
    }
  } finally {
    await database.close();
  }
}
