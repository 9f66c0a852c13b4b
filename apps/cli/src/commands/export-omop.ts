import { join } from 'node:path';
import { Command } from 'commander';
import { type OmopOptions, type OmopCounts, withoutPassword, writeOmop } from '@ehrsynth/omop';
import { console } from '../console.ts';
import { OmopTargetError } from '../errors.ts';
import { athenaFile, omopCounts, omopReport } from '../omop.ts';
import { oneOf } from '../options.ts';
import { Progress } from '../progress.ts';
import { filesOf, intoRunFolder, readRecords, readRun } from '@ehrsynth/pipeline';

interface Options {
  out?: string;
  format: 'csv' | 'parquet' | 'duckdb';
  postgres?: string;
  schema: string;
  replace: boolean;
  force: boolean;
}

export function exportOmopCommand(): Command {
  return new Command('omop')
    .description('OMOP CDM 5.4: CSV or Parquet, a file a table, one DuckDB file, or a PostgreSQL database')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .option('-o, --out <folder>', 'where to write')
    .option('--format <format>', 'csv, parquet or duckdb', oneOf('csv', 'parquet', 'duckdb'), 'csv')
    .option('--postgres <url>', 'load into this database in place of a folder: postgres://user@host/database (password: PGPASSWORD)')
    .option('--schema <name>', 'schema of the database; made where it is missing', 'public')
    .option('--replace', 'drop the tables of a CDM that the schema has', false)
    .option('--force', 'replace the folder', false)
    .action(exportOmop); // prettier-ignore
}

async function exportOmop(synth: string, options: Options): Promise<void> {
  const { out, force, postgres, schema, replace } = options;
  if (!out === !postgres) throw new OmopTargetError();
  const { counts } = await readRun(synth, 'generate');
  const write = async (folder: string | undefined, format: OmopOptions['format']): Promise<OmopCounts> => {
    const progress = new Progress('Writing', 'patients', Number(counts.patients));
    const result = await writeOmop(readRecords(join(synth, 'records.ndjson.gz')), folder, {
      format,
      athena: athenaFile(),
      today: new Date().toISOString().slice(0, 10),
      onProgress: (patients) => progress.update(patients),
      onLoad: (table) => progress.update(Number(counts.patients), `loading ${table}`),
    });
    progress.stop();
    return result;
  };
  if (postgres) {
    const result = await write(undefined, { url: postgres, schema, replace });
    console.log(omopReport(`${withoutPassword(postgres)}, schema ${schema}`, result));
    return;
  }
  let result: OmopCounts | undefined;
  const run = {
    command: 'export omop',
    out: out!,
    force,
    options: { format: options.format },
    links: { synth },
    inputs: () => filesOf(synth, 'synth'),
  };
  await intoRunFolder(run, async (folder) => {
    result = await write(folder, options.format);
    return omopCounts(result);
  });
  console.log(omopReport(out!, result!));
}
