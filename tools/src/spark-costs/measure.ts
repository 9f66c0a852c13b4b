import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadMatrix } from '@ehrsynth/matrix';
import { SparkSession } from '@ehrsynth/spark';
import { startSpark } from '@ehrsynth/spark/testing';
import { processorSeconds } from '../processor-time.ts';
import { eventLogSettings, type SparkUse, useOf } from './event-log.ts';
import { tablesOf } from './patients.ts';
import { COMMAND, type SparkWork } from './works.ts';

/** What one run of a work took. */
export interface Measured extends SparkUse {
  work: string;
  patients: number;
  cores: number;
  /** Events that were read, where they were. */
  events?: number;
  /** Of all rows that came here. */
  entries?: number;
  /** From the command's begin to its end, the server being warm. */
  seconds: number;
  /** Of processors meanwhile: by Spark, with what its tasks start, and by the command here. */
  sparkSeconds: number;
  hereSeconds: number;
  /** Bytes that went to the server and came, where the command says so. */
  sentBytes?: number;
  receivedBytes?: number;
}

/** As a cluster has it: compiled code, and so many parts that one fits into a thread's memory. */
const SETTINGS = {
  'spark.sql.codegen.wholeStage': 'true',
  'spark.sql.codegen.factoryMode': 'FALLBACK',
  'spark.sql.adaptive.enabled': 'true',
  'spark.sql.shuffle.partitions': '16',
};

/**
 * Runs a work on a server of its own with so many threads.
 * @throws Error with what the command wrote, where it fails; undefined where Spark cannot be had
 */
export async function measure(
  work: SparkWork,
  {
    patients,
    cores,
    source,
    data,
    model,
  }: { patients: number; cores: number; source: string; data: string; model?: string },
): Promise<Measured | undefined> {
  const folder = mkdtempSync(join(data, 'run-'));
  const [log, out] = ['log', 'out'].map((name) => join(folder, name));
  for (const made of [log, out]) mkdirSync(made);
  try {
    const settings = { ...SETTINGS, ...eventLogSettings(log) };
    const server = await startSpark({ master: `local[${cores}]`, settings, isQuick: false });
    if (!server) return undefined;
    let times: Pick<Measured, 'seconds' | 'sparkSeconds' | 'hereSeconds'>;
    try {
      await register(server.url, source);
      times = await timed(server.pid, () => run(work.args({ url: server.url, schema: 'cdm', patients, out, model })));
    } finally {
      await server.stop();
    }
    const use = await useOf(log);
    return { work: work.name, patients, cores, ...times, ...use, ...(await toldOf(join(out, 'cohort'))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a command takes that this process starts, and a server that it asks. */
async function timed(server: number, command: () => Promise<void>) {
  const started = performance.now();
  const before = [processorSeconds(server), processorSeconds('self')];
  await command();
  const after = [processorSeconds(server), processorSeconds('self')];
  return {
    seconds: (performance.now() - started) / 1000,
    sparkSeconds: after[0].own + after[0].children - before[0].own - before[0].children,
    hereSeconds: after[1].children - before[1].children,
  };
}

async function register(url: string, folder: string): Promise<void> {
  const session = await SparkSession.open(url);
  await session.run('CREATE SCHEMA cdm');
  for (const { table, path } of tablesOf(folder))
    await session.run(`CREATE TABLE cdm.${table} USING parquet LOCATION '${path}'`);
  await session.close();
}

async function run(args: string[]): Promise<void> {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => (said = `${said}${text}`.slice(-4000)));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ehrsynth ${args.join(' ')} failed:\n${said}`);
}

async function toldOf(cohort: string): Promise<Pick<Measured, 'events' | 'entries' | 'sentBytes' | 'receivedBytes'>> {
  const path = join(cohort, 'run.json');
  if (!existsSync(path)) return {};
  const { counts } = JSON.parse(readFileSync(path, 'utf8')) as {
    counts: { events: number; traffic?: { sent: number; received: number } };
  };
  let entries: number | undefined;
  for (const part of ['train', 'holdout'].map((name) => join(cohort, name)))
    if (existsSync(join(part, 'matrix.npz'))) entries = (entries ?? 0) + (await loadMatrix(part)).indices.length;
  const { events, traffic } = counts;
  return {
    events,
    ...(entries !== undefined && { entries }),
    sentBytes: traffic?.sent,
    receivedBytes: traffic?.received,
  };
}
