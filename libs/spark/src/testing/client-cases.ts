import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { SparkError, SparkSession } from '../index.ts';
import { cuttingProxy } from './cutting-proxy.ts';
import type { TestSpark } from './servers.ts';

/**
 * What holds of the client on any server of the protocol.
 * @param server is asked for when it has started; undefined skips
 * @param resumes whether it goes on with a result where it was
 */
export function clientCases(server: () => TestSpark | undefined, { resumes }: { resumes: boolean }): void {
  const withSession = async (work: (session: SparkSession) => Promise<void>, url = server()!.url) => {
    const session = await SparkSession.open(url);
    try {
      await work(session);
    } finally {
      await session.close();
    }
  };
  const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (server() ? work() : skip()));

  test('gives rows with their types, and columns without executing', () =>
    withSession(async (session) => {
      const query = `SELECT 1 AS i, CAST(9007199254740993 AS BIGINT) AS b, 0.5D AS x, 'Zoë' AS t, true AS l, CAST(NULL AS INT) AS n`;
      expect(await session.all(query)).toEqual([{ i: 1, b: 9007199254740993n, x: 0.5, t: 'Zoë', l: true, n: null }]);
      expect(await session.columns("SELECT 1 AS a, DATE '2020-01-01' AS d, CAST(1 AS DECIMAL(5, 2)) AS m")).toEqual([
        { name: 'a', type: 'int' },
        { name: 'd', type: 'date' },
        { name: 'm', type: 'decimal(5,2)' },
      ]);
    }));

  test('keeps what one statement makes for the next, and nothing of it for another session', async () => {
    await withSession(async (session) => {
      await session.run("CREATE OR REPLACE TEMPORARY VIEW own AS SELECT 'kept' AS word");
      expect(await session.all('SELECT * FROM own')).toEqual([{ word: 'kept' }]);
    });
    await withSession((session) => expect(session.all('SELECT * FROM own')).rejects.toThrow(/own/));
  });

  test('gives rows in order as they come, two queries beside each other, and stops where nobody asks for more', () =>
    withSession(async (session) => {
      const query = (by: number) => `SELECT id * ${by} AS n FROM range(40000) ORDER BY n`;
      const [one, other] = [session.stream<[bigint]>(query(1)), session.stream<[bigint]>(query(2))];
      for (let n = 0n; n < 20_000n; n++) {
        expect((await one.next()).value).toEqual([n]);
        expect((await other.next()).value).toEqual([2n * n]);
      }
      await Promise.all([one.return(undefined), other.return(undefined)]);
      expect(await session.all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    }));

  test('says what the server says is wrong, and with what', () =>
    withSession(async (session) => {
      const failed = session.all('SELECT * FROM not_there');
      await expect(failed).rejects.toBeInstanceOf(SparkError);
      await expect(failed).rejects.toThrow(/^Spark could not answer: (?=[^]*not_there)(?=[^]*TABLE_OR_VIEW_NOT_FOUND)/);
      await expect(failed).rejects.toMatchObject({ exitCode: 1 });
    }));

  test('gives each row once, or none after it, where the connection is cut in the middle of a result', async () => {
    const proxy = await cuttingProxy(server()!.port, { bytes: 500_000, times: 3 });
    let next = 0n;
    try {
      const read = withSession(async (session) => {
        // Bytes that no compression makes fewer: several answers, and three cuts.
        for await (const [n, text] of session.stream<[bigint, string]>(
          'SELECT 2 * id AS n, md5(CAST(id AS STRING)) || md5(CAST(id + 7 AS STRING)) AS text FROM range(100000) ORDER BY n',
        )) {
          // Sail gives batches in another order now and then, ORDER BY or not.
          if ((resumes && n !== 2n * next) || text.length !== 64) throw new Error(`${n} in place of ${2n * next}`);
          next++;
        }
      }, proxy.url);
      if (!resumes) return await expect(read).rejects.toThrow(/cut in the middle of a result/);
      await read;
      expect([next, proxy.cuts()]).toEqual([100_000n, 3]);
    } finally {
      await proxy.close();
    }
  });

  it('says that nobody listens', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const refused = SparkSession.open(`sc://127.0.0.1:${port}`, { retries: { most: 1, firstMs: 1, longestMs: 1 } });
    await expect(refused).rejects.toThrow(/No connection to Spark[^]*ECONNREFUSED[^]*Check that the server is running/);
    await expect(refused).rejects.toMatchObject({ exitCode: 3 });
  });
}
