import { afterAll, beforeAll, expect, it } from 'vitest';
import { Executors, SparkSession } from './index.ts';
import { clientCases } from './testing/client-cases.ts';
import { startSail, type TestSpark } from './testing/index.ts';

let sail: TestSpark | undefined;
beforeAll(async () => {
  sail = await startSail();
});
afterAll(() => sail?.stop());

clientCases(() => sail, { resumes: false });

it('says of Sail that it runs no scripts', async ({ skip }) => {
  if (!sail) return skip();
  const session = await SparkSession.open(sail.url);
  await expect(Executors.open(session, {})).rejects.toThrow(/runs no scripts[^]*found USING[^]*Sail[^]*have not/);
  await session.close();
});
