import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { SparkSession } from './index.ts';

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
