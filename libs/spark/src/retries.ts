import { setTimeout } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { adviceOnTls } from './tls.ts';

/** How often something is tried again, and after how long: each wait is four times the one before. */
export interface Retries {
  /** Tries after the first. */
  most: number;
  firstMs: number;
  longestMs: number;
}

/** As PySpark's client waits, though not as long: five minutes in all. */
export const USUAL_RETRIES: Retries = { most: 10, firstMs: 50, longestMs: 60_000 };
/** Of the first contact, when a wrong address is likelier than a server that is away for a moment: three seconds in all. */
export const FIRST_RETRIES: Retries = { most: 3, firstMs: 150, longestMs: 2_400 };

const JITTER = 0.5;

/** Waits before one more try. @param tries that failed, 1 or more @throws what the signal was aborted with */
export async function pauseBefore(tries: number, { firstMs, longestMs }: Retries, signal?: AbortSignal): Promise<void> {
  const usual = Math.min(longestMs, firstMs * 4 ** (tries - 1));
  // Clients that were cut off together are not to come back together; nothing that is written depends on it.
  const wait = usual * (1 + JITTER * Math.random());
  await setTimeout(wait, undefined, { signal }).catch(() => signal?.throwIfAborted());
}

/** Whether a call may go through when it is made again: the server or the network is away, or a proxy gave up on it. */
export function isPassing(error: unknown): boolean {
  const { code, details = '' } = error as { code?: number; details?: string };
  if (code === status.UNAVAILABLE) return adviceOnTls(details) === undefined;
  // A stream that broke under TLS or HTTP/2, and Spark's word for a client that comes back too early.
  return code === status.INTERNAL && /RST_STREAM|INVALID_CURSOR\.DISCONNECTED|goaway|ECONNRESET/i.test(details);
}
