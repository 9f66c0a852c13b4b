import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SparkSession } from '@ehrsynth/spark';
import { cuttingProxy, startSpark, type TestSpark, TWO_HOSTS } from '@ehrsynth/spark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { readRecords } from '../cohort/records-file.ts';
import { generate } from '../generation/generate.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { generateOn } from './generate-on.ts';

const CLI = fileURLToPath(new URL('../../../../apps/cli/bin/ehrsynth.js', import.meta.url));
const OURS = `${process.execPath} ${CLI}`;
const NUMBER = 60;

const at = ownFolder();
/** The lines that one machine writes, sorted. */
let wanted: string[];
let spark: TestSpark | undefined;

beforeAll(async () => {
  process.env.SPARK_CONNECT_AUTHENTICATE_TOKEN = 'of the test';
  const settings = {
    'spark.connect.authenticate.token': 'of the test',
    // A second attempt of a task begins where the first one takes longer than the others.
    'spark.speculation': 'true',
    'spark.speculation.interval': '200ms',
    'spark.speculation.multiplier': '1.2',
    'spark.speculation.quantile': '0.3',
    'spark.speculation.minTaskRuntime': '500ms',
  };
  spark = await startSpark({ master: TWO_HOSTS, settings });
  if (!spark) return;
  await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
  await train(at('cohort'), { model: 'marginals', out: at('model'), engine: 'wasm' });
  await generate(at('model'), { number: NUMBER, out: at('here'), engine: 'wasm', workers: 1 });
  wanted = [];
  for await (const record of readRecords(at('here', 'records.ndjson.gz'))) wanted.push(JSON.stringify(record));
  wanted.sort();
});
afterAll(async () => {
  delete process.env.SPARK_CONNECT_AUTHENTICATE_TOKEN;
  await spark?.stop();
});
const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (spark ? work() : skip()));

/** Starts ehrsynth on an executor; before it draws a part, `first` is done by one task, once. @param name of the case */
function failingOnce(name: string, first: string): string {
  const draws = `case "$2" in generate) if mkdir ${at(name)} 2>/dev/null; then ${first}; fi;; esac; exec ${OURS} "$@"`;
  return `sh -c '${draws}' sh`;
}

const given = (name: string, executor = OURS) => ({
  ...{ on: spark!.url, executor, number: NUMBER, engine: 'wasm' as const, tasks: 4 },
  out: `file:${at(`${name}-out`)}`,
});

async function linesOf(name: string): Promise<string[]> {
  const folder = at(`${name}-out`, 'records');
  const files = (await readdir(folder)).filter((file) => file.startsWith('part-'));
  const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== '')).sort();
}

/** Files that a place has, whatever their names. */
async function filesOf(name: string): Promise<string[]> {
  const folder = at(`${name}-out`);
  if (!existsSync(folder)) return [];
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('on two hosts, each patient is written once', () => {
  test('when an executor is killed in the middle', async () => {
    // The shell's parent is the executor; what it wrote until then is lost with it.
    const killed = failingOnce('killed', `${OURS} "$@" | head -5; kill -9 $PPID; sleep 20`);
    expect(await generateOn(at('model'), given('killed', killed))).toMatchObject({ patients: NUMBER });
    expect(existsSync(at('killed'))).toBe(true);
    expect(await linesOf('killed')).toEqual(wanted);
    expect(spark!.log()).toMatch(/Lost executor \d/);
  });

  test('when a task fails after some of its rows, and is tried again', async () => {
    const failing = failingOnce('failing', `${OURS} "$@" | head -5; exit 1`);
    await generateOn(at('model'), given('failing', failing));
    expect(existsSync(at('failing'))).toBe(true);
    expect(await linesOf('failing')).toEqual(wanted);
  });

  test('when a slow task runs a second time beside the first', async () => {
    const attempts = `echo attempt >> ${at('attempts')}`;
    const slow = `sh -c 'case "$2" in generate) ${attempts}; if mkdir ${at('slow')} 2>/dev/null; then ${OURS} "$@"; sleep 40; exit; fi;; esac; exec ${OURS} "$@"' sh`;
    await generateOn(at('model'), given('slow', slow));
    expect((await readFile(at('attempts'), 'utf8')).trim().split('\n').length).toBeGreaterThan(4);
    expect(await linesOf('slow')).toEqual(wanted);
  });

  test('when the connection is cut while the tasks run and while counts come back', async () => {
    const proxy = await cuttingProxy(spark!.port, { bytes: 3_000, times: 4 });
    try {
      await generateOn(at('model'), { ...given('cut'), on: proxy.url });
      expect(proxy.cuts()).toBe(4);
    } finally {
      await proxy.close();
    }
    expect(await linesOf('cut')).toEqual(wanted);
  });
});

describe('on two hosts, nothing is left', () => {
  test('of a run in which a task fails each time, whose words are the error', async () => {
    const failing = `sh -c 'case "$2" in generate) ${OURS} "$@" | head -5; echo "The disk of this node is broken" >&2; exit 7;; esac; exec ${OURS} "$@"' sh`;
    await expect(generateOn(at('model'), given('broken', failing))).rejects.toThrow(
      /A task failed on the cluster \(exit code 7\): The disk of this node is broken/,
    );
    expect(await filesOf('broken')).toEqual([]);
  });

  test('of a run that is stopped; and the place can be used again', async () => {
    const stop = new AbortController();
    const slow = failingOnce('stopped', 'sleep 30');
    const running = generateOn(at('model'), given('stopped', slow), { signal: stop.signal });
    void whenThere(at('stopped')).then(() => stop.abort());
    await expect(running).rejects.toThrow(/Stopped/);
    expect(await filesOf('stopped')).toEqual([]);
    await generateOn(at('model'), given('stopped'));
    expect(await linesOf('stopped')).toEqual(wanted);
  });

  test('that looks whole, of a program that was killed; the next run replaces it', async () => {
    const { on, executor, out } = given('gone', failingOnce('gone', 'sleep 15'));
    const args = ['generate', at('model'), '-n', String(NUMBER), '--on', on, '--executor', executor, '-o', out];
    const program = spawn(process.execPath, [CLI, ...args, '--tasks', '4', '--engine', 'wasm'], { stdio: 'ignore' });
    const ended = once(program, 'exit');
    await whenThere(at('gone'));
    program.kill('SIGKILL');
    await ended;
    expect(await readdir(at('gone-out')).catch(() => [])).not.toContain('records');
    await generateOn(at('model'), given('gone'));
    expect(await linesOf('gone')).toEqual(wanted);
  });

  it('on a disk that is full', async ({ skip }) => {
    if (!spark) return skip();
    mkdirSync(at('full-out'));
    const mount = ['-t', 'tmpfs', '-o', 'size=64k', 'none', at('full-out')];
    if (spawnSync('mount', mount).status !== 0) return skip('needs the right to mount a small disk');
    try {
      const failed = generateOn(at('model'), given('full'));
      await expect(failed).rejects.toThrow(/No space left on device/);
      expect(await filesOf('full')).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', at('full-out')]);
      rmSync(at('full-out'), { recursive: true });
    }
  });

  test('with a token that is wrong', async () => {
    const on = `${spark!.url}/;token=another`;
    await expect(generateOn(at('model'), { ...given('token'), on })).rejects.toThrow(/Check the token/);
    expect(await filesOf('token')).toEqual([]);
    // The server is as it was.
    const session = await SparkSession.open(spark!.url);
    expect(await session.all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await session.close();
  });
});

async function whenThere(path: string): Promise<void> {
  while (!existsSync(path)) await setTimeout(100);
}
