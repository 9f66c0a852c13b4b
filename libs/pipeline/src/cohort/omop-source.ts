import { isServer, isSpark, openCoded, readOmop, withoutSecrets } from '@ehrsynth/omop';
import { EventKind, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { athenaFile } from '../export/athena-file.ts';
import { checkedOptions } from '../run/options.ts';
import { newTraffic, readingOptions, type RecordSource, shownOptions } from './record-source.ts';

export const OmopSourceOptions = z.strictObject({
  ...readingOptions,
  /** System of source values that no known concept stands beside, by kind of event. */
  systems: z.partialRecord(EventKind, z.string()).default({}),
  /** The source's own codes, standard concepts mapped back to them, or the standard concepts themselves. */
  codes: z.enum(['source', 'mapped', 'standard']).default('source'),
  /** Catalog of Spark. */
  catalog: z.string().optional(),
  /** Schema of the database or of Spark, and of its vocabulary tables where that is another. */
  schema: z.string().optional(),
  vocabularySchema: z.string().optional(),
  /** In which times that name their zone are read, such as Europe/Berlin (by default UTC). */
  timeZone: z.string().optional(),
  /** Whether CSV files have a header; no: their columns are in the order of the CDM's DDL. */
  header: z.enum(['yes', 'no']).default('yes'),
  /** Encoding of CSV files that are neither UTF-8 nor UTF-16. */
  encoding: z.string().optional(),
});
export type OmopSourceOptions = z.input<typeof OmopSourceOptions>;

/** OMOP CDM 5.3 and 5.4: a folder of CSV or Parquet, a DuckDB file, a PostgreSQL database (postgres://…), or Spark (sc://…). @throws UserError */
export function omopSource(path: string, options: OmopSourceOptions = {}): RecordSource {
  const given = checkedOptions('omopSource', OmopSourceOptions, options);
  const { onError, ...reading } = given;
  const vocabulary = new Vocabulary();
  const tally = new Tally(onError);
  const traffic = newTraffic();
  const reader = { ...reading, vocabulary, athena: athenaFile(), onTraffic: traffic.add };
  return {
    command: 'ingest omop',
    name: withoutSecrets(path),
    inputs: isServer(path) ? [] : [path],
    options: shownOptions(given),
    vocabulary,
    tally,
    ...(isSpark(path) && { spark: path, traffic: traffic.sum }),
    unit: 'patients',
    read: (onProgress, workFolder, signal) => readOmop(path, { ...reader, onProgress, workFolder, signal }, tally),
    openCoded: ({ counted, ...opening }) => openCoded(path, { ...reader, ...opening }, tally, counted),
  };
}
