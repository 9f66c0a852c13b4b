import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Executors, linesQuery, scriptQuery, SparkSession, TaskFailedError } from './index.ts';
import { startSpark, type TestSpark, TWO_EXECUTORS } from './testing/index.ts';

const root = mkdtempSync(join(tmpdir(), 'executors-'));
let spark: TestSpark | undefined;
let session: SparkSession;
beforeAll(async () => {
  spark = await startSpark({ master: TWO_EXECUTORS });
  if (spark) session = await SparkSession.open(spark.url);
});
afterAll(async () => {
  await session?.close();
  await spark?.stop();
  rmSync(root, { recursive: true });
});
const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (spark ? work() : skip()));

const sum = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

test('sends files and folders of any size, which scripts find on each executor', async () => {
  const model = join(root, 'model');
  mkdirSync(join(model, 'deep'), { recursive: true });
  const large = Buffer.from(Array.from({ length: 100_001 }, (_, i) => (i * i) % 251));
  writeFileSync(join(model, 'large.bin'), large);
  writeFileSync(join(model, 'deep', 'empty'), '');
  writeFileSync(join(root, 'small.txt'), 'small');
  await session.addFile(join(root, 'small.txt'));
  await session.addFile(join(model, 'deep', 'empty'));
  const command = `FROM=deep/empty sh -c 'sha256sum $2/large.bin $2/$FROM; pwd'`;
  const executors = await Executors.open(session, {
    executor: command,
  });
  const folder = await executors.addFolder(model);
  const rows = await session.all<{ line: string }>(
    executors.query(['sums', folder], linesQuery(['1', '2']), 'line STRING'),
  );
  const lines = rows.map(({ line }) => line.replace(/ .*/, ''));
  expect(lines.filter((line) => line === sum(large))).toHaveLength(2);
  expect(lines.filter((line) => line === sum(''))).toHaveLength(2);
  // Two processes, each with a folder of its own.
  expect(new Set(lines.filter((line) => line.startsWith('/'))).size).toBe(2);
  const found = {
    lines: linesQuery(['1']),
    words: ['cat', { sent: 'small.txt' }, { sent: 'empty' }],
    columns: 'line STRING',
  };
  expect(await session.all(scriptQuery(found))).toEqual([{ line: 'small' }]);
});

test('gives lines in and takes lines out as they are', async () => {
  const lines = ['{"a":"it\'s\\t\\"x\\" \\\\ ${spark.app.name}"}', 'Zoë \\N', ''];
  const script = { lines: linesQuery(lines), words: ['cat'], columns: 'line STRING' };
  expect((await session.all<{ line: string }>(scriptQuery(script))).map(({ line }) => line)).toEqual(lines);
});

test("says a task's failure in its own words, and once what Spark tries again succeeds", async () => {
  const failing = (command: string) =>
    session.all(scriptQuery({ lines: linesQuery(['1']), command, words: [], columns: 'line STRING' }));
  const failed = failing(`sh -c 'echo "The model is not whole" >&2; echo "  at /models/a" >&2; exit 3'`);
  await expect(failed).rejects.toBeInstanceOf(TaskFailedError);
  await expect(failed).rejects.toThrow(
    /^A task failed on the cluster \(exit code 3\): The model is not whole\n\s+at \/models\/a/,
  );
  await expect(failed).rejects.not.toThrow(/java|scala/);
  await expect(failing('ehrsynth-is-not-here')).rejects.toThrow(
    /exit code 127[^]*check --executor, or send it with --bundle/,
  );
  const once = join(root, 'once');
  const rows = failing(`sh -c 'if [ -e ${once} ]; then cat; else touch ${once}; exit 1; fi'`);
  expect(await rows).toEqual([{ line: '1' }]);
});
