import { fileURLToPath } from 'node:url';
import { linesQuery } from '@ehrsynth/spark';
import { startSpark, type TestSpark, TWO_EXECUTORS } from '@ehrsynth/spark/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OtherVersionError } from './errors.ts';
import { withExecutors } from './cluster.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;

let spark: TestSpark | undefined;
beforeAll(async () => {
  spark = await startSpark({ master: TWO_EXECUTORS });
});
afterAll(() => spark?.stop());
const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (spark ? work() : skip()));

test('executors run the same version of the program, and say what is wrong in its words', async () => {
  const given = { on: spark!.url, executor: OURS };
  const failed = withExecutors(given, {}, (executors) =>
    executors.session.all(executors.query(['nothing'], linesQuery(['']), 'a STRING')),
  );
  await expect(failed).rejects.toThrow(/failed on the cluster \(exit code 2\): There is no task "nothing"/);
  const older = { on: spark!.url, executor: 'echo 0.0.1 #' };
  await expect(withExecutors(older, {}, async () => {})).rejects.toThrow(OtherVersionError);
});
