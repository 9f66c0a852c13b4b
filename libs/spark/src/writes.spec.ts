import { expect, it } from 'vitest';
import { isOfS3A, s3Commit } from './writes.ts';

it.each([
  ['org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol', { 'fs.s3a.committer.name': 'file' }],
  ['', { 'fs.s3a.committer.name': 'file' }],
  ['org.apache.spark.internal.io.cloud.PathOutputCommitProtocol', {}],
])('a write to S3 by Hadoop, where Spark commits with %s', (protocol, options) => {
  expect(s3Commit(protocol)).toEqual(options);
});

it('knows what Hadoop reaches on S3', () => {
  expect(['s3a://b/c', 'S3A://b', 's3://b/c', 'file:/s3a:', 'hdfs://s3a'].map(isOfS3A)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
