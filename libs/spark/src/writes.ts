import type { Message } from './messages.ts';

/** Where Spark writes the rows of a query, and how. */
export interface Sink {
  /** A folder of the cluster's storage, or a table. */
  path?: string;
  table?: string;
  /** By default the session's own: parquet, or what its catalog prefers. */
  format?: 'parquet' | 'text';
  /** Whether what is there is replaced, or added to; otherwise it is an error that it is there. */
  replaces?: boolean;
  adds?: boolean;
  partitionBy?: string[];
  /** Of the format and of Hadoop's committer. */
  options?: Record<string, string>;
}

/** What tasks write appears when all of them are done, by renaming, where the storage's committer knows no better way. */
const COMMIT = { 'mapreduce.fileoutputcommitter.algorithm.version': '1' };

/** Spark's setting of the class that commits what tasks write. */
export const COMMIT_PROTOCOL = 'spark.sql.sources.commitProtocolClass';

/** Whether a place is on S3 as Hadoop reaches it. */
export function isOfS3A(path: string): boolean {
  return /^s3a:/i.test(path);
}

/**
 * Options of a write to S3 by Hadoop. Its committers of S3's own (fs.s3a.committer.name) work with a class of the package spark-hadoop-cloud
 * alone: where Spark has another one, tasks would write straight to the place, and leave there what a failed write had begun.
 * @param protocol the class that the cluster has
 */
export function s3Commit(protocol: string): Record<string, string> {
  return protocol.endsWith('.PathOutputCommitProtocol') ? {} : { 'fs.s3a.committer.name': 'file' };
}

/** The command that writes the rows of a query. */
export function writing(sql: string, sink: Sink): Message {
  const { path, table, format, replaces, adds, partitionBy = [], options } = sink;
  const mode = adds ? 'APPEND' : replaces ? 'OVERWRITE' : 'ERROR_IF_EXISTS';
  return {
    input: { sql: { query: sql } },
    ...(format && { source: format }),
    ...(path !== undefined && { path }),
    ...(table !== undefined && { table: { tableName: table, saveMethod: 'TABLE_SAVE_METHOD_SAVE_AS_TABLE' } }),
    mode: `SAVE_MODE_${mode}`,
    partitioningColumns: partitionBy,
    options: { ...COMMIT, ...options },
  };
}

/** The rows of a write that leaves nothing where it replaces, neither file nor mark. */
export const NOTHING = {
  sql: "SELECT '' AS value, '' AS of WHERE false",
  sink: {
    format: 'text',
    replaces: true,
    partitionBy: ['of'],
    options: { 'mapreduce.fileoutputcommitter.marksuccessfuljobs': 'false' },
  } satisfies Sink,
};

/** The files below a folder as a relation: path, modificationTime, length, content. Those whose names begin with _ or . are not seen. */
export function filesBelow(path: string): Message {
  return {
    read: { dataSource: { format: 'binaryFile', schema: '', options: { recursiveFileLookup: 'true' }, paths: [path] } },
  };
}
