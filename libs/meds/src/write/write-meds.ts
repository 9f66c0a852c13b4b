import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PatientRecord } from '@ehrsynth/records';
import { openDatabase } from '@ehrsynth/duckdb';
import { CODES_FILE } from '../standard.ts';
import { type DatasetNames, SubjectSplits, writeCodes, writeDataset } from './metadata.ts';
import { type OnCode, rowsOfRecord } from './rows-of-record.ts';
import { Shards } from './shards.ts';
import { subjectIdOf } from './subject-id.ts';

export interface MedsWriteOptions {
  dataset: DatasetNames;
  /** The split of each record; train by default. */
  splitOf?: (record: PatientRecord) => string;
  /** A shard ends with the subject that reaches so many rows. */
  rowsAShard?: number;
  /** Where what does not fit into memory is put; by default the output's folder. */
  workFolder?: string;
  onProgress?: (patients: number) => void;
}

export interface MedsCounts {
  subjects: number;
  /** Rows of data by split. */
  rows: Record<string, number>;
  codes: number;
  shards: number;
}

/**
 * Writes records as a MEDS 0.4 dataset into a folder: data/SPLIT/N.parquet and metadata/. The same records give the same files.
 * @throws SameSubjectError where two records have one id, or ids that are no whole numbers have one hash
 */
export async function writeMeds(
  records: AsyncIterable<PatientRecord>,
  folder: string,
  { dataset, splitOf = () => 'train', rowsAShard, workFolder = folder, onProgress }: MedsWriteOptions,
): Promise<MedsCounts> {
  await mkdir(dirname(join(folder, CODES_FILE)), { recursive: true });
  const database = await openDatabase(':memory:', { ordered: true, workFolder });
  try {
    const codes = new Codes();
    const splits = new SubjectSplits(database);
    const shards = new Map<string, Shards>();
    let subjects = 0;
    for await (const record of records) {
      const split = splitOf(record);
      let own = shards.get(split);
      if (!own) shards.set(split, (own = new Shards(folder, split, database, rowsAShard)));
      await own.add(rowsOfRecord(record, codes.add));
      await splits.add(subjectIdOf(record.id).id, split, record.id);
      subjects++;
      onProgress?.(subjects);
    }
    for (const own of shards.values()) await own.close();
    await splits.write(folder);
    await writeCodes(codes.all, folder, database);
    await writeDataset(dataset, folder);
    return {
      subjects,
      rows: Object.fromEntries([...shards].map(([split, { rows }]) => [split, rows])),
      codes: codes.all.size,
      shards: [...shards.values()].reduce((sum, { files }) => sum + files, 0),
    };
  } finally {
    await database.close();
  }
}

/** The codes that rows name. The first title of a code is the one that stands for it. */
class Codes {
  readonly all = new Map<string, { description?: string; parents: string[] }>();

  readonly add: OnCode = (code, title) => {
    let entry = this.all.get(code);
    if (!entry) this.all.set(code, (entry = { parents: [] }));
    entry.description ??= title;
    return entry.description;
  };
}
