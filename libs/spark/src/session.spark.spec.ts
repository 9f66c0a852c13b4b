import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SparkProgress, SparkSession, SparkStoppedError } from './index.ts';
import { clientCases } from './testing/client-cases.ts';
import { startSpark, type TestSpark } from './testing/index.ts';

const TOKEN = 'of the test';
/** Hours of work. */
const LONG = 'SELECT count(*) FROM range(1000000000000) WHERE md5(CAST(id AS STRING)) LIKE "abc%"';

let spark: TestSpark | undefined;
beforeAll(async () => {
  process.env.SPARK_CONNECT_AUTHENTICATE_TOKEN = TOKEN;
  spark = await startSpark({ settings: { 'spark.connect.authenticate.token': TOKEN } });
});
afterAll(async () => {
  delete process.env.SPARK_CONNECT_AUTHENTICATE_TOKEN;
  await spark?.stop();
});

clientCases(() => spark, { resumes: true });

describe('Apache Spark', () => {
  it('takes no other token', async ({ skip }) => {
    if (!spark) skip();
    const refused = SparkSession.open(`${spark!.url}/;token=another`);
    await expect(refused).rejects.toThrow(/No connection to Spark[^]*Check the token/);
    await expect(refused).rejects.toMatchObject({ exitCode: 3, fault: { status: 'UNAUTHENTICATED' } });
  });

  it('keeps the rows of a query as they were', async ({ skip }) => {
    if (!spark) skip();
    const session = await SparkSession.open(spark!.url);
    await session.run('CREATE TABLE counted USING parquet AS SELECT 1 AS n');
    await session.keep('kept', 'SELECT n FROM counted');
    await session.run('INSERT INTO counted VALUES (2)');
    expect(await session.all('SELECT n FROM counted ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await session.all('SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await session.run('DROP TABLE counted');
    await session.close();
  });

  it.each(['the signal', 'nobody asks for more'])('frees the server of a query when %s', async (why) => {
    if (!spark) return;
    const url = `${spark.url}/;user_id=test;session_id=${randomUUID()}`;
    const [stop, seen]: [AbortController, SparkProgress[]] = [new AbortController(), []];
    const session = await SparkSession.open(url, { signal: stop.signal, onProgress: (one) => seen.push(one) });
    if (why === 'the signal') {
      const counting = session.all(LONG);
      counting.catch(() => {});
      while (!seen.some(({ tasks }) => tasks > 0)) await setTimeout(50);
      stop.abort();
      await expect(counting).rejects.toBeInstanceOf(SparkStoppedError);
    } else {
      // Ten thousand partitions: each is sent when it is whole.
      const rows = session.stream('SELECT id, md5(CAST(id AS STRING)) FROM range(0, 1000000000, 1, 10000)');
      await rows.next();
      await rows.return(undefined);
    }
    await session.close();
    const other = await SparkSession.open(url);
    expect(await other.interrupt()).toEqual([]);
    await other.close();
  });
});
