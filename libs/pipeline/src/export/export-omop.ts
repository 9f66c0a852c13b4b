import { type OmopCounts, type OmopOptions, writeOmop } from '@ehrsynth/omop';
import { z } from 'zod';
import { OmopTargetError } from '../errors.ts';
import { type Running, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { athenaFile } from './athena-file.ts';
import { omopCounts } from './omop-counts.ts';
import { type SyntheticRecords, syntheticRecords } from './synthetic-records.ts';

export const ExportOmopOptions = z.strictObject({
  /** A folder, or a database in its place. */
  out: z.string().min(1).optional(),
  postgres: z.string().optional(),
  /** Of the folder. */
  format: z.enum(['csv', 'parquet', 'duckdb']).default('csv'),
  /** Schema of the database; made where it is missing. */
  schema: z.string().default('public'),
  /** Drops the tables of a CDM that the schema has. */
  replace: z.boolean().default(false),
  /** Replaces the folder where it was exported. */
  force: z.boolean().default(false),
});
export type ExportOmopOptions = z.input<typeof ExportOmopOptions>;

/**
 * Writes synthetic patients as OMOP CDM 5.4 into a folder or a PostgreSQL database.
 * @param synth folder that `generate` wrote
 * @returns rows of each table, and what the CDM or the vocabularies lack
 * @throws OmopTargetError where there is no place to write to, or two; UserError
 */
export async function exportOmop(
  synth: string,
  options: ExportOmopOptions,
  running: Running = {},
): Promise<OmopCounts> {
  const given = checkedOptions('exportOmop', ExportOmopOptions, options);
  const { out, postgres, format, schema, replace, force } = given;
  if (!out === !postgres) throw new OmopTargetError();
  const records = await syntheticRecords(synth, running);
  if (postgres) return write(records, undefined, { url: postgres, schema, replace }, running);
  const { inputs } = records;
  const run = { command: 'export omop', out: out!, force, options: { format }, links: { synth }, inputs };
  let counts: OmopCounts | undefined;
  await intoRunFolder(run, async (folder) => {
    counts = await write(records, folder, format, running);
    return omopCounts(counts);
  });
  return counts!;
}

async function write(
  { patients, read }: SyntheticRecords,
  folder: string | undefined,
  format: OmopOptions['format'],
  running: Running,
): Promise<OmopCounts> {
  const work = new Work(running, 'Writing', 'patients', patients);
  const counts = await writeOmop(read(), folder, {
    format,
    athena: athenaFile(),
    today: new Date().toISOString().slice(0, 10),
    onProgress: (done) => work.update(done),
    onLoad: (table) => work.update(patients, `loading ${table}`),
  });
  work.stop();
  return counts;
}
