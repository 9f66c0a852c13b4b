import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { version } from '@ehrsynth/io';
import { type SparkAddress, sparkAddress, withoutToken } from './address.ts';
import { type Artifact, archiveArtifact, fileArtifact, sendArtifact } from './artifacts.ts';
import { type CallSettings, Connection, type Traffic } from './connection.ts';
import { sparkText } from './dialect.ts';
import { SparkError, SparkStoppedError, TaskFailedError } from './errors.ts';
import { execute, type Who } from './execution.ts';
import { arrowOf, type LocalColumns, partsOf } from './local-rows.ts';
import type { ExecuteResponse, Message } from './messages.ts';
import { FIRST_RETRIES, type Retries } from './retries.ts';
import { isUri } from './folder-archive.ts';
import { columnsOf } from './rows.ts';
import { type DataType, typeName } from './type-names.ts';
import { COMMIT_PROTOCOL, filesBelow, isOfS3A, NOTHING, s3Commit, type Sink, writing } from './writes.ts';

/** How far the query is that a server works on. */
export interface SparkProgress {
  tasks: number;
  doneTasks: number;
  bytesRead: number;
}

export interface SessionOptions {
  /** Ends what the server is doing, and every call. */
  signal?: AbortSignal;
  onProgress?: (progress: SparkProgress) => void;
  /** Settings of Spark for this session. */
  settings?: Record<string, string>;
  retries?: Retries;
}

/** A column as Spark has it. @property type its name in SQL: bigint, decimal(10,2), array<string> … */
export interface SparkColumn {
  name: string;
  type: string;
}

/** A session of a Spark Connect server: SQL, in order or beside each other. */
export class SparkSession {
  private constructor(
    private readonly connection: Connection,
    private readonly who: Who,
    /** The address, as it may be shown. */
    readonly where: string,
    private readonly isNamed: boolean,
    private readonly options: SessionOptions,
  ) {
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** @throws SparkAddressError, SparkError */
  static async open(url: string, options: SessionOptions = {}): Promise<SparkSession> {
    const address = sparkAddress(url);
    const where = withoutToken(url.trim());
    const connection = new Connection(address, where);
    try {
      const who = whoIs(address);
      const session = new SparkSession(connection, who, where, address.sessionId !== undefined, options);
      const retries = options.retries ?? FIRST_RETRIES;
      await session.set(options.settings ?? {}, { retries, doing: 'No connection to Spark' });
      return session;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Sets what Spark calls configuration, for this session alone. */
  async set(settings: Record<string, string>, calling: CallSettings = {}): Promise<void> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }));
    const request = { ...this.who, operation: { set: { pairs } } };
    await this.connection.call('Config', request, { ...this.calling(), ...calling });
  }

  /** A statement that gives no rows that anybody asks for. */
  async run(sql: string): Promise<void> {
    for await (const answer of this.answers({ command: { sqlCommand: { input: { sql: { query: sql } } } } }))
      void answer;
  }

  /**
   * Makes a temporary view of the rows that a query gives now: the cluster keeps them on its executors until the session ends, and looks
   * neither at the query nor at its tables again. Should it lose some of them, queries of the view fail. Spark has this since 4.0.
   */
  async keep(view: string, sql: string): Promise<void> {
    await this.keepRelation(view, { sql: { query: sql } });
  }

  /**
   * Sends rows, and makes a temporary view of them. Many rows are sent in parts, which the cluster keeps on its executors as `keep` does.
   * @param options.rowsOfPart rows of which a message has at most so many: a server takes 128 MiB
   * @param options.isKept whether few rows are kept on the executors too, and not sent to them with each query
   */
  async put(view: string, columns: LocalColumns, { rowsOfPart = ROWS_OF_PART, isKept = false } = {}): Promise<void> {
    const parts = [...partsOf(columns, rowsOfPart)];
    const [{ length }, data] = [parts, arrowOf(parts[0])];
    if (length === 1 && isKept) return this.keepRelation(view, { localRelation: { data } });
    if (length === 1) return this.viewOf(view, { localRelation: { data } });
    const views: string[] = [];
    for (const [i, part] of parts.entries()) {
      views.push(`${view}_part_${i}`);
      await this.keepRelation(views[i], { localRelation: { data: arrowOf(part) } });
    }
    const all = views.map((one) => `SELECT * FROM ${one}`).join(' UNION ALL ');
    await this.run(`CREATE OR REPLACE TEMPORARY VIEW ${view} AS ${all}`);
  }

  /** Bytes of messages so far: what was asked and sent, and what came. */
  get traffic(): Readonly<Traffic> {
    return this.connection.traffic;
  }

  /** All rows of a query as objects, in memory. */
  async all<T>(sql: string): Promise<T[]> {
    const rows: T[] = [];
    for await (const { names, columns, rows: count } of this.batches(sql))
      for (let i = 0; i < count; i++)
        rows.push(Object.fromEntries(names.map((name, place) => [name, columns[place][i]])) as T);
    return rows;
  }

  /** The rows of a query one by one, each a list of its columns, as they come: no more than some batches are in memory. */
  async *stream<T extends unknown[]>(sql: string): AsyncGenerator<T> {
    for await (const { columns, rows } of this.batches(sql))
      for (let i = 0; i < rows; i++) yield columns.map((column) => column[i]) as T;
  }

  /** The values of some rows of a query at a time, column by column, as they come. */
  async *blocks(sql: string): AsyncGenerator<unknown[][]> {
    for await (const { columns } of this.batches(sql)) yield columns;
  }

  /** The columns of a query, which is not executed. */
  async columns(sql: string): Promise<SparkColumn[]> {
    const request = { ...this.who, schema: { plan: { root: { sql: { query: sql } } } } };
    const { schema } = await this.connection.call<{ schema: { schema: DataType } }>(
      'AnalyzePlan',
      request,
      this.calling(),
    );
    return (schema.schema.struct?.fields ?? []).map(({ name, dataType }) => ({ name, type: typeName(dataType) }));
  }

  /**
   * Writes the rows of a query: Spark's own commit lets each row appear once, whatever is tried again, and none before all are written.
   * @throws SparkError
   */
  async write(sql: string, sink: Sink): Promise<void> {
    const doing = `Spark could not write ${sink.path ?? sink.table}`;
    const how = { ...sink, options: { ...(await this.commitOptions(sink.path)), ...sink.options } };
    for await (const answer of this.answers({ command: { writeOperation: writing(sql, how) } }, doing)) void answer;
  }

  /** Removes all that a folder of the cluster's storage has; the folder itself may stay, empty. */
  async clear(path: string): Promise<void> {
    await this.write(NOTHING.sql, { ...NOTHING.sink, path });
  }

  /** Addresses of the files below a folder of the cluster's storage, but for those whose names begin with _; none where it is not there. */
  async files(path: string, most: number): Promise<string[]> {
    const view = `files_${randomUUID().replaceAll('-', '')}`;
    try {
      const createDataframeView = { input: filesBelow(path), name: view, replace: true };
      for await (const answer of this.answers({ command: { createDataframeView } })) void answer;
      const rows = await this.all<{ path: string }>(`SELECT path FROM ${view} LIMIT ${most}`);
      return rows.map((row) => row.path);
    } catch (error) {
      if (error instanceof SparkError && error.errorClass === 'PATH_NOT_FOUND') return [];
      throw error instanceof SparkError
        ? new SparkError(`Spark could not look at ${path}`, this.where, error.fault, error)
        : error;
    }
  }

  /** Gives a file of this machine to the executors, where scripts find it under a name (by default its own). @throws NotTakenError */
  async addFile(path: string, name?: string): Promise<void> {
    await this.send(fileArtifact(path, name));
  }

  /**
   * Gives an archive to the executors, where it is unpacked under an alias: one of this machine, or one that the cluster's storage has
   * (s3://…, abfss://…, hdfs://…), which does not travel.
   * @throws NotTakenError
   */
  async addArchive(place: string, alias: string): Promise<void> {
    if (isUri(place)) return this.run(`ADD ARCHIVE ${sparkText(`${place}#${alias}`)}`);
    await this.send(archiveArtifact(place, alias));
  }

  /** Ends everything that the server does for this session, and gives the ids of what that was. */
  async interrupt(): Promise<string[]> {
    const request = { ...this.who, interruptType: 'INTERRUPT_TYPE_ALL' };
    const calling = { retries: NO_RETRY };
    const { interruptedIds } = await this.connection.call<{ interruptedIds: string[] }>('Interrupt', request, calling);
    return interruptedIds;
  }

  /** Lets the server forget the session and what is temporary in it. */
  async close(): Promise<void> {
    this.options.signal?.removeEventListener('abort', this.onAbort);
    // One that the user named is the user's. Servers before 3.5.1 have no such call, and one that is gone has forgotten already.
    if (!this.isNamed) await this.connection.call('ReleaseSession', this.who, { retries: NO_RETRY }).catch(() => {});
    this.connection.close();
  }

  private async keepRelation(view: string, relation: Message): Promise<void> {
    const checkpointCommand = { relation, local: true, eager: true };
    let relationId: string | undefined;
    const doing = 'Spark could not keep the rows of a query';
    for await (const { checkpointCommandResult } of this.answers({ command: { checkpointCommand } }, doing))
      relationId ??= checkpointCommandResult?.relation.relationId;
    await this.viewOf(view, { cachedRemoteRelation: { relationId } });
  }

  private async commitOptions(path = ''): Promise<Record<string, string>> {
    if (!isOfS3A(path)) return {};
    const operation = { getOption: { keys: [COMMIT_PROTOCOL] } };
    const { pairs } = await this.connection.call<{ pairs: { value?: string }[] }>('Config', { ...this.who, operation });
    return s3Commit(pairs[0].value ?? '');
  }

  private async viewOf(name: string, input: Message): Promise<void> {
    const createDataframeView = { input, name, replace: true };
    for await (const answer of this.answers({ command: { createDataframeView } })) void answer;
  }

  private async *batches(sql: string): AsyncGenerator<ReturnType<typeof columnsOf>> {
    for await (const { arrowBatch } of this.answers({ root: { sql: { query: sql } } }))
      if (arrowBatch && Number(arrowBatch.rowCount) > 0) yield columnsOf(arrowBatch.data);
  }

  private async *answers(plan: Message, doing = 'Spark could not answer'): AsyncGenerator<ExecuteResponse> {
    const { signal, retries, onProgress } = this.options;
    try {
      for await (const answer of execute(this.connection, this.who, plan, { signal, doing, retries })) {
        if (answer.executionProgress && onProgress) onProgress(progressOf(answer.executionProgress));
        yield answer;
      }
    } catch (error) {
      throw signal?.aborted ? new SparkStoppedError(this.where) : (TaskFailedError.of(error, this.where) ?? error);
    }
  }

  private async send(artifact: Artifact): Promise<void> {
    const { signal } = this.options;
    await sendArtifact(this.connection, this.who, artifact, signal).catch((error) => {
      throw signal?.aborted ? new SparkStoppedError(this.where) : error;
    });
  }

  private calling(): { signal?: AbortSignal; doing: string } {
    return { signal: this.options.signal, doing: 'Spark could not answer' };
  }

  private readonly onAbort = (): void => {
    this.interrupt().catch(() => {});
  };
}

/** Of texts of 40 signs, 16 MB. */
const ROWS_OF_PART = 400_000;
const NO_RETRY: Retries = { most: 0, firstMs: 0, longestMs: 0 };

function whoIs({ userId, sessionId }: SparkAddress): Who {
  return {
    sessionId: sessionId ?? randomUUID(),
    userContext: { userId: userId ?? systemUser() },
    clientType: `ehrsynth/${version()} node/${process.versions.node}`,
  };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // An account of a container need not have a name.
    return 'ehrsynth';
  }
}

function progressOf({ stages }: NonNullable<ExecuteResponse['executionProgress']>): SparkProgress {
  const sum = (of: (stage: (typeof stages)[number]) => unknown) =>
    stages.reduce((total, stage) => total + Number(of(stage)), 0);
  return {
    tasks: sum(({ numTasks }) => numTasks),
    doneTasks: sum(({ numCompletedTasks }) => numCompletedTasks),
    bytesRead: sum(({ inputBytesRead }) => inputBytesRead),
  };
}
