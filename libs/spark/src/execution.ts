import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Connection } from './connection.ts';
import type { ExecuteResponse, Message } from './messages.ts';
import { isPassing, pauseBefore, type Retries, USUAL_RETRIES } from './retries.ts';

/** What each request of a session has in common. */
export type Who = { sessionId: string; userContext: { userId: string }; clientType: string };

export interface ExecutionSettings {
  signal?: AbortSignal;
  /** What failed, for the user. */
  doing: string;
  retries?: Retries;
}

/** After so many answers the server may forget them: they are released. */
const KEPT_ANSWERS = 16;

/**
 * Executes a plan and gives the answers in order, each once: where the connection ends before the result does, or the server ends the
 * stream (as it does after some minutes), it is attached to again behind the last answer. That no row is missing after a cut is seen by
 * the number of the first row of each batch; a server that does not give it (Sail) is not trusted with the rest. When the caller has all answers, or wants
 * no more, the server lets go of the operation and ends it.
 * @throws SparkError; the signal's reason
 * @see the comments on ReattachExecute and ReleaseExecute in proto/spark/connect/base.proto
 */
export async function* execute(
  connection: Connection,
  who: Who,
  plan: Message,
  { signal, doing, retries = USUAL_RETRIES }: ExecutionSettings,
): AsyncGenerator<ExecuteResponse> {
  const operationId = randomUUID();
  const requestOptions = [{ reattachOptions: { reattachable: true } }];
  const first = { ...who, operationId, plan, requestOptions };
  let lastResponseId: string | undefined;
  let isBegun = false;
  let isResumed = false;
  let rows = 0;
  let failures = 0;
  try {
    while (true) {
      signal?.throwIfAborted();
      const stream = isBegun
        ? connection.stream('ReattachExecute', { ...who, operationId, ...(lastResponseId && { lastResponseId }) })
        : connection.stream('ExecutePlan', first);
      const stop = () => stream.cancel();
      signal?.addEventListener('abort', stop, { once: true });
      let answers = 0;
      try {
        isBegun = true;
        for await (const answer of stream as AsyncIterable<ExecuteResponse>) {
          failures = 0;
          lastResponseId = answer.responseId;
          if (answer.arrowBatch) {
            const isNumbered = Object.hasOwn(answer.arrowBatch, 'startOffset');
            if (isNumbered ? Number(answer.arrowBatch.startOffset) !== rows : isResumed)
              throw connection.lostRows(doing);
            rows += Number(answer.arrowBatch.rowCount);
          }
          yield answer;
          if (answer.resultComplete) return;
          if (++answers % KEPT_ANSWERS === 0) release(connection, who, operationId, lastResponseId);
        }
        // The stream ended, and not the result: attach again at once.
        isResumed = true;
      } catch (error) {
        signal?.throwIfAborted();
        // The server has never heard of the operation: the connection broke before the plan arrived.
        const isUnknown = lastResponseId === undefined && isNotFound(error);
        if ((!isPassing(error) && !isUnknown) || ++failures > retries.most)
          throw await connection.errorOf(error, who, doing);
        if (isUnknown) isBegun = false;
        isResumed = true;
        await pauseBefore(failures, retries, signal);
      } finally {
        signal?.removeEventListener('abort', stop);
        stream.cancel();
      }
    }
  } finally {
    await release(connection, who, operationId);
  }
}

/** Tells the server what it need not keep: the answers up to one, or the whole operation, which this ends. */
async function release(connection: Connection, who: Who, operationId: string, until?: string): Promise<void> {
  const what = until === undefined ? { releaseAll: {} } : { releaseUntil: { responseId: until } };
  // It lets go of what nobody asks for by itself after a while: not worth an error.
  await connection.call('ReleaseExecute', { ...who, operationId, ...what }, { retries: ONCE_MORE }).catch(() => {});
}

const ONCE_MORE: Retries = { most: 1, firstMs: 50, longestMs: 50 };

function isNotFound(error: unknown): boolean {
  const { code, details = '' } = error as { code?: number; details?: string };
  return code === status.NOT_FOUND || /INVALID_HANDLE\.(OPERATION|SESSION)_NOT_FOUND/.test(details);
}
