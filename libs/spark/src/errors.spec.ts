import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { SparkError, SparkSession } from './index.ts';

it('says of a port where nothing listens that it refuses, and no more', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const retries = { most: 0, firstMs: 1, longestMs: 1 };
  const refused = SparkSession.open(`sc://127.0.0.1:${port}`, { retries });
  await expect(refused).rejects.toThrow(/^No connection to Spark: [^\n]*ECONNREFUSED 127\.0\.0\.1:\d+(\n|$)/);
});

it.each([
  ['No FileSystem for scheme "s3"', /s3a:\/\/ in Apache Spark/],
  ['Failed to create plan – The specified bucket does not exist (Service: S3, Status Code: 404)', /name of the bucket/],
  ['PUT 0-byte object: Access Denied. (Service: S3, Status Code: 403)', /credentials are those of the cluster/],
  ['Permission denied: user=a, access=WRITE, inode="/another":another:another:drwx------', /may list, read, write/],
  ['Task failed – The DiskSpace quota of /full is exceeded: quota = 3 MB', /raise the quota/],
])('says what to do where the storage says: %s', (cause, todo) => {
  const fault = {
    status: 'INTERNAL',
    message: 'Task failed while writing rows',
    cause,
    errorClass: 'TASK_WRITE_FAILED',
  };
  expect(new SparkError('Spark could not write', 'sc://h', fault).message).toMatch(todo);
});

it('says nothing of the storage where a table may not be read', () => {
  const fault = { status: 'INTERNAL', message: 'no SELECT on main.cdm.person', errorClass: 'INSUFFICIENT_PERMISSIONS' };
  expect(new SparkError('Spark could not answer', 'sc://h', fault).message).toMatch(/permission to read these tables/);
});
