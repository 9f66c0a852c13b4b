import { randomUUID } from 'node:crypto';
import { type Sink, sparkName, type SparkSession } from '@ehrsynth/spark';
import { PlaceTakenError } from './errors.ts';

/** A data set in a place: what is written there, and how it is read. */
export interface Stored {
  sink: Sink;
  /** In SQL, behind FROM. */
  from: string;
  /** For people. */
  where: string;
}

/** Where a cluster writes data sets to: a folder of its storage, or tables of a schema. */
export interface Place {
  where: string;
  /** Rows that are not yet those of a data set. */
  staging: Stored;
  /** @param name such as records, fhir/Patient, omop/person */
  stored(name: string, format: 'text' | 'parquet'): Stored;
  /** Refuses what is there, unless it is ours and may be replaced; tables are those that were named before. @throws PlaceTakenError */
  refuseTaken(session: SparkSession, force: boolean): Promise<void>;
  /** Removes what `refuseTaken` found and may be replaced. */
  clearFormer(session: SparkSession): Promise<void>;
  /** Removes the data sets that were named before, and the staging. */
  clear(session: SparkSession): Promise<void>;
  clearStaging(session: SparkSession): Promise<void>;
}

/** What a folder of ours has, at its top. */
const OURS = /^(records|fhir|omop|receipt)$/;
const TABLES = /^table:/;
/** Files of a folder that are looked at before it is replaced. */
const MOST_FILES = 100_000;

/** The folder of a place that holds what is not whole yet, of all runs. */
const STAGING = '_ehrsynth_staging';

/** @param out a folder (s3://…, abfss://…, hdfs://…, file:…), or table:catalog.schema */
export function placeOf(out: string): Place {
  return TABLES.test(out) ? new Tables(out.replace(TABLES, '')) : new Folder(out.replace(/\/+$/, ''));
}

class Folder implements Place {
  readonly staging: Stored;
  private former: string[] = [];
  private readonly tops = new Set<string>();

  constructor(readonly where: string) {
    // Its own for each run: the tasks of a program that was killed may still write into theirs.
    this.staging = folderOf(`${where}/${STAGING}/${randomUUID().slice(0, 8)}`, 'parquet');
  }

  stored(name: string, format: 'text' | 'parquet'): Stored {
    this.tops.add(name.split('/')[0]);
    return folderOf(`${this.where}/${name}`, format);
  }

  async refuseTaken(session: SparkSession, force: boolean): Promise<void> {
    const files = await session.files(this.where, force ? MOST_FILES : 1);
    if (files.length === 0) return;
    if (!force) throw new PlaceTakenError(this.where, 'there are files already');
    const top = new URL(this.where, 'file:').pathname.split('/').length;
    const tops = new Set(files.map((file) => new URL(file).pathname.split('/')[top]));
    const other = [...tops].find((name) => !OURS.test(name));
    if (other !== undefined) throw new PlaceTakenError(this.where, `${other} is none of ours`);
    this.former = [...tops];
  }

  async clearFormer(session: SparkSession): Promise<void> {
    for (const name of this.former) await session.clear(`${this.where}/${name}`);
  }

  /** What others may have put there under names that Spark does not show stays. */
  async clear(session: SparkSession): Promise<void> {
    for (const name of this.tops) await session.clear(`${this.where}/${name}`);
    await this.clearStaging(session);
  }

  clearStaging(session: SparkSession): Promise<void> {
    return session.clear(`${this.where}/${STAGING}`);
  }
}

class Tables implements Place {
  readonly staging: Stored;
  private readonly named = new Set<string>();

  constructor(private readonly schema: string) {
    const name = this.full(`ehrsynth_staging_${randomUUID().slice(0, 8)}`);
    this.staging = { sink: { table: name, replaces: true }, from: name, where: name };
  }

  get where(): string {
    return `the tables of ${this.schema}`;
  }

  /** fhir/Patient is fhir_patient, omop/person is person. */
  stored(name: string): Stored {
    const table = name
      .replace(/^omop\//, '')
      .replace('/', '_')
      .toLowerCase();
    this.named.add(table);
    const full = this.full(table);
    return { sink: { table: full, replaces: true }, from: full, where: full };
  }

  async refuseTaken(session: SparkSession, force: boolean): Promise<void> {
    const there = await session.all<{ tableName: string }>(`SHOW TABLES IN ${quoted(this.schema)}`);
    const ours = there.map(({ tableName }) => tableName).filter((name) => this.named.has(name.toLowerCase()));
    if (ours.length > 0 && !force) throw new PlaceTakenError(this.where, `there are ${ours.slice(0, 5).join(', ')}`);
  }

  /** Each is replaced when it is written. */
  async clearFormer(): Promise<void> {}

  async clear(session: SparkSession): Promise<void> {
    for (const table of this.named) await session.run(`DROP TABLE IF EXISTS ${this.full(table)}`);
    await this.clearStaging(session);
  }

  async clearStaging(session: SparkSession): Promise<void> {
    await session.run(`DROP TABLE IF EXISTS ${this.staging.from}`);
  }

  private full(table: string): string {
    return `${quoted(this.schema)}.${sparkName(table)}`;
  }
}

function folderOf(path: string, format: 'text' | 'parquet'): Stored {
  return { sink: { path, format, replaces: true }, from: `${format}.${sparkName(path)}`, where: path };
}

/** A catalog and schema, with what parts them. */
function quoted(schema: string): string {
  return schema.split('.').map(sparkName).join('.');
}
