import { join } from 'node:path';
import type { Appended, AppendedType, Database } from '@ehrsynth/duckdb';
import { writeFileAtomic } from '@ehrsynth/io';
import { SameSubjectError } from '../errors.ts';
import { CODES_FILE, DATASET_FILE, ETL_NAME, EXTRA_COLUMNS, MEDS_VERSION, SPLITS_FILE } from '../standard.ts';
import { copyTo } from './shards.ts';

const BATCH = 2048;

/** Subjects with their split and the id of their record, kept in DuckDB. */
export class SubjectSplits {
  private batch: [bigint, string, string][] = [];

  constructor(private readonly database: Database) {}

  async add(id: bigint, split: string, recordId: string): Promise<void> {
    if (this.batch.length === 0) await this.database.run(CREATE);
    this.batch.push([id, split, recordId]);
    if (this.batch.length === BATCH) await this.flush();
  }

  /** @throws SameSubjectError where two records are one subject */
  async write(folder: string): Promise<void> {
    await this.database.run(CREATE);
    await this.flush();
    const [same] = await this.database.all<{ subject_id: bigint; one: string; other: string }>(
      'SELECT subject_id, min(record) AS one, max(record) AS other FROM subject_splits GROUP BY subject_id HAVING count(*) > 1 ORDER BY subject_id LIMIT 1',
    );
    if (same) throw new SameSubjectError(String(same.subject_id), [same.one, same.other]);
    await copyTo(
      this.database,
      'SELECT subject_id, split FROM subject_splits ORDER BY subject_id',
      join(folder, SPLITS_FILE),
    );
  }

  private async flush(): Promise<void> {
    const columns = [0, 1, 2].map((i) => this.batch.map((row) => row[i]));
    await append(this.database, 'subject_splits', ['BIGINT', 'VARCHAR', 'VARCHAR'], columns);
    this.batch = [];
  }
}

const CREATE = 'CREATE TABLE IF NOT EXISTS subject_splits (subject_id BIGINT, split VARCHAR, record VARCHAR)';

/** Writes metadata/codes.parquet: every code of the data, in their order, with its title. */
export async function writeCodes(
  codes: Map<string, { description?: string; parents: string[] }>,
  folder: string,
  database: Database,
): Promise<void> {
  await database.run('CREATE TABLE codes (code VARCHAR, description VARCHAR, parent_codes VARCHAR[])');
  const all = [...codes];
  for (let i = 0; i < all.length; i += BATCH) {
    const some = all.slice(i, i + BATCH);
    await append(
      database,
      'codes',
      ['VARCHAR', 'VARCHAR', 'VARCHAR[]'],
      [
        some.map(([code]) => code),
        some.map(([, { description }]) => description ?? null),
        some.map(([, { parents }]) => (parents.length > 0 ? parents : null)),
      ],
    );
  }
  await copyTo(database, 'SELECT * FROM codes ORDER BY code COLLATE "C"', join(folder, CODES_FILE));
}

export interface DatasetNames {
  name: string;
  version?: string;
  /** The version of the program that writes it. */
  etlVersion: string;
  /** An instant of ISO 8601. */
  createdAt: string;
}

/** Writes metadata/dataset.json. */
export async function writeDataset(
  { name, version, etlVersion, createdAt }: DatasetNames,
  folder: string,
): Promise<void> {
  const text = EXTRA_COLUMNS.map(([column]) => column);
  const modifiers = ['unit', 'unit_system', 'unit_code', 'kind'];
  const dataset = {
    dataset_name: name,
    ...(version && { dataset_version: version }),
    etl_name: ETL_NAME,
    etl_version: etlVersion,
    meds_version: MEDS_VERSION,
    created_at: createdAt,
    raw_source_id_columns: ['source_id'],
    code_modifier_columns: modifiers,
    other_extension_columns: text.filter((column) => column !== 'source_id' && !modifiers.includes(column)),
  };
  await writeFileAtomic(join(folder, DATASET_FILE), `${JSON.stringify(dataset, null, 1)}\n`);
}

async function append(database: Database, table: string, types: AppendedType[], columns: Appended[][]): Promise<void> {
  if (columns[0].length === 0) return;
  const appender = await database.append(table, types);
  appender.add(columns);
  appender.close();
}
