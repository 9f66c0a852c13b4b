import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SparkSession } from '@ehrsynth/spark';
import { runCli } from '../outside/cli.ts';
import { filesBelow } from './machine.ts';
import type { Storage } from './storage.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;
const [SOURCE, NUMBER] = [100, 40];
const LIMIT = { seconds: 900 };
/** What a commit leaves that did not go to its end, and what a run of ours removes at its own. */
const NOT_WHOLE = /_temporary|__magic|_ehrsynth_staging\//;
/** Of an empty folder on minio. */
const MARK = /__XLDIR__\/xl\.meta$/;

export interface Server {
  /** Of Spark, and of the proxy before it that has TLS. */
  port: number;
  securePort: number;
  /** A file with the certificate of the authority that the proxy has one of. */
  authority: string;
  token: string;
}

/** The commands that a user types on a cluster, with all that they print. */
export class Walk {
  private printed = '';

  /** @param folder that they run in */
  constructor(
    private readonly folder: string,
    private readonly server: Server,
  ) {
    mkdirSync(join(folder, 'tmp'));
  }

  /** Makes patients, and their tables for Spark. */
  async prepare(): Promise<void> {
    await this.run('simulate', '-n', `${SOURCE}`, '--world', 'sets', '--omop', '-o', 'source');
    const tables = filesBelow(join(this.folder, 'source')).filter((file) => file.endsWith('.parquet'));
    await this.asking(async (session) => {
      await session.run('CREATE SCHEMA cdm');
      for (const file of tables)
        await session.run(`CREATE TABLE cdm.${basename(file, '.parquet')} USING parquet LOCATION '${file}'`);
    });
  }

  /**
   * From tables to synthetic patients at a place.
   * @param fails whether a task fails first, in the middle of what it writes, and is tried again
   * @returns sums of what is there in the end, by what it is
   * @throws Error where a command fails, more is written than should be, or what is there is not refused
   */
  async whole(storage: Storage, fails: boolean): Promise<Record<string, string>> {
    const { name, place } = storage;
    const on = ['--on', this.url];
    const [cohort, model, synth] = [`cohort-${name}`, `model-${name}`, `${place}/synth`];
    const stay = ['--min-patients', '4', '--stay', `${place}/cohort`, '--executor', OURS];
    await this.run('ingest', 'omop', this.url, '--schema', 'cdm', '-o', cohort, ...stay);
    const small = ['-m', 'vae', '--epochs', '2', '--rounds-per-epoch', '1', '--parts', '1', '--executor', OURS];
    await this.run('train', cohort, ...on, ...small, '-o', model);
    const executor = fails ? this.failingOnce(name) : OURS;
    const drawn = [
      'generate',
      model,
      ...on,
      '-n',
      `${NUMBER}`,
      '--tasks',
      '2',
      '--format',
      'records,omop',
      '-o',
      synth,
    ];
    await this.run(...drawn, '--executor', executor);
    const again = await this.ended(...drawn, '--executor', OURS);
    if (again.code !== 2 || !again.output.includes('is not empty'))
      throw new Error(`generate wrote to a place that is taken:\n${again.output}`);
    const left = leftOver((await storage.files(place)).filter((file) => NOT_WHOLE.test(file)));
    if (left !== undefined) throw new Error(left);
    return this.sums(place, model);
  }

  /** Draws patients for a place that takes none: gives what is wrong with what is said, or what lies there then. */
  async refused(storage: Storage, place: string, why: RegExp): Promise<string | undefined> {
    const words = ['--on', this.url, '-n', '20', '--tasks', '1', '--format', 'records,omop', '--executor', OURS];
    const { code, output } = await this.ended('generate', 'model-files', ...words, '-o', place);
    if (code === 0 || !why.test(output)) return `exit code ${code}: ${output}`;
    return leftOver(await storage.files(place));
  }

  /** Writes rows of which the last ones fail: gives what lies there then, where anything does. */
  async failedWrite(storage: Storage): Promise<string | undefined> {
    const path = `${storage.place}/failed`;
    const sql = `SELECT CAST(CASE WHEN id = 190 THEN raise_error('of the check') ELSE id END AS STRING) AS value FROM range(0, 200, 1, 2)`;
    let said = 'it did not fail';
    await this.asking(async (session) => {
      await session.write(sql, { path, format: 'text' }).catch((error: Error) => (said = error.message));
    });
    if (!said.includes('of the check')) return said;
    return leftOver(await storage.files(path));
  }

  /** Where a text is among what was printed, written here, or is in a cluster's files of this machine. */
  whereIs(text: string): string | undefined {
    if (this.printed.includes(text)) return 'it was printed';
    return filesBelow(this.folder).find((file) => readFileSync(file).includes(text));
  }

  private get url(): string {
    return `sc://localhost:${this.server.securePort}/;use_ssl=true`;
  }

  /** Starts ehrsynth on an executor; the first task that draws for a storage fails after some rows. */
  private failingOnce(name: string): string {
    const fails = `if mkdir ${join(this.folder, `failed-${name}`)} 2>/dev/null; then ${OURS} "$@" | head -5; exit 1; fi`;
    return `sh -c 'case "$2" in generate) ${fails};; esac; exec ${OURS} "$@"' sh`;
  }

  private async sums(place: string, model: string): Promise<Record<string, string>> {
    const queries: Record<string, string> = {
      records: `SELECT value AS line FROM text.\`${place}/synth/records\``,
      person: `SELECT to_json(struct(*)) AS line FROM parquet.\`${place}/synth/omop/person\``,
      conditions: `SELECT to_json(struct(*)) AS line FROM parquet.\`${place}/synth/omop/condition_occurrence\``,
    };
    for (const part of ['training', 'holdout']) {
      queries[`records of ${part}`] = `SELECT record AS line FROM parquet.\`${place}/cohort/${part}/records\``;
      queries[`rows of ${part}`] = `SELECT to_json(struct(*)) AS line FROM parquet.\`${place}/cohort/${part}/rows\``;
    }
    const sums: Record<string, string> = { model: sumOf(readFileSync(join(this.folder, model, 'weights.bin'))) };
    await this.asking(async (session) => {
      for (const [what, query] of Object.entries(queries)) {
        const lines = (await session.all<{ line: string }>(query)).map(({ line }) => line);
        if (lines.length === 0) throw new Error(`${what}: there are none`);
        sums[what] = sumOf(lines.sort().join('\n'));
      }
    });
    return sums;
  }

  /** Asks Spark itself, which is on this machine. */
  private async asking(work: (session: SparkSession) => Promise<void>): Promise<void> {
    const session = await SparkSession.open(`sc://127.0.0.1:${this.server.port}/;token=${this.server.token}`);
    await work(session).finally(() => session.close());
  }

  private async run(...words: string[]): Promise<void> {
    const { code, output } = await this.ended(...words);
    if (code !== 0) throw new Error(`ehrsynth ${words.join(' ')}:\n${output}`);
  }

  private async ended(...words: string[]) {
    const env = {
      SPARK_CONNECT_AUTHENTICATE_TOKEN: this.server.token,
      NODE_EXTRA_CA_CERTS: this.server.authority,
      EHRSYNTH_THREADS: '1',
    };
    const ended = await runCli(words, { folder: this.folder, temporary: join(this.folder, 'tmp'), env }, LIMIT);
    this.printed += ended.output;
    return ended;
  }
}

function leftOver(files: readonly string[]): string | undefined {
  const left = files.filter((file) => !MARK.test(file));
  return left.length === 0 ? undefined : `left over: ${left.length} files, ${left.slice(0, 3).join(', ')}`;
}

function sumOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
