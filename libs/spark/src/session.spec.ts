import { afterAll, beforeAll } from 'vitest';
import { clientCases } from './testing/client-cases.ts';
import { startSail, type TestSpark } from './testing/index.ts';

let sail: TestSpark | undefined;
beforeAll(async () => {
  sail = await startSail();
});
afterAll(() => sail?.stop());

clientCases(() => sail, { resumes: false });
