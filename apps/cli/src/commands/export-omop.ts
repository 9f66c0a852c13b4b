import { Command } from 'commander';
import { withoutPassword } from '@ehrsynth/omop';
import { exportOmop } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { omopReport } from '../omop.ts';
import { oneOf } from '../options.ts';
import { showing } from '../showing.ts';

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
    .description('OMOP CDM 5.4: CSV or Parquet, a file per table, one DuckDB file, or a PostgreSQL database')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .option('-o, --out <folder>', 'where to write')
    .option('--format <format>', 'csv, parquet or duckdb', oneOf('csv', 'parquet', 'duckdb'), 'csv')
    .option(
      '--postgres <url>',
      'load into this database instead of a folder: postgres://user@host/database (password: PGPASSWORD)',
    )
    .option('--schema <name>', 'schema of the database; created if missing', 'public')
    .option('--replace', 'drop the CDM tables already in the schema', false)
    .option('--force', 'replace the folder', false)
    .action(run);
}

async function run(synth: string, options: Options): Promise<void> {
  const { out, postgres, schema } = options;
  const counts = await exportOmop(synth, options, showing());
  const where = postgres ? `${withoutPassword(postgres)}, schema ${schema}` : out!;
  console.log(omopReport(where, counts));
}
