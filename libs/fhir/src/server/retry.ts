import { setTimeout as sleep } from 'node:timers/promises';
import { LimitError } from './errors.ts';
import { timeText } from './limits.ts';

/** What a request may give that another try can put right. */
export interface Failure {
  /** HTTP status; undefined where no whole answer came. */
  status: number | undefined;
  /** As the server wrote it: seconds, or a date. */
  retryAfter?: string | null;
  /** The answer's Date header. */
  date?: string | null;
  error: unknown;
}

export interface RetryOptions {
  /** Tries in all. */
  attempts: number;
  /** Before the second try; doubled before each next one. */
  firstDelayMs: number;
  /** Waits in all, where the server says how long. */
  maxWaitMs: number;
  /** What is tried: for the error. */
  where?: string;
  signal?: AbortSignal;
  /** Called before each wait. */
  onRetry?: (failure: Failure, waitMs: number) => void;
}

export const RETRIES: RetryOptions = { attempts: 10, firstDelayMs: 500, maxWaitMs: 24 * 3_600_000 };

const LONGEST_DELAY_MS = 60_000;
/** A timer of Node's takes 2³¹ − 1 ms; what is longer would end at once. */
const LONGEST_TIMER_MS = 2 ** 30;
/** Busy or in passing trouble; 409: two writers met, and one of them may try again. */
export const PASSING = new Set([408, 409, 425, 429, 500, 502, 503, 504]);

/**
 * Tries again while the failure may pass: no answer, or one that says so. Waits as long as the server asks, otherwise twice
 * as long each time, less up to half of it at random so that many clients do not come back at once.
 * @throws what the last try threw; LimitError where the server asks to wait too long
 */
export async function withRetry<T>(
  work: (attempt: number) => Promise<T>,
  failureOf: (error: unknown) => Failure,
  { attempts, firstDelayMs, maxWaitMs, where = '', signal, onRetry }: RetryOptions,
): Promise<T> {
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const failure = failureOf(error);
      const passes = failure.status === undefined || PASSING.has(failure.status);
      if (!passes || attempt >= attempts || signal?.aborted || isAbort(error)) throw error;
      const asked = delayOf(failure.retryAfter, failure.date);
      if (asked !== undefined && waitedMs + asked > maxWaitMs)
        throw new LimitError(
          `The server (${failure.status}) asks to wait for ${timeText(asked)}`,
          where,
          'maxWaitMs',
          error,
        );
      // At once, as some proxies say of all that fails, would be all tries in a moment.
      const waitMs = asked || backOff(attempt, firstDelayMs);
      onRetry?.(failure, waitMs);
      await pause(waitMs, signal);
      waitedMs += asked ?? 0;
    }
  }
}

/**
 * What Retry-After asks for, in milliseconds; undefined where it says nothing that can be understood.
 * @param date of the same answer: a date is counted from it, for our clock may be another
 * @see RFC 9110, 10.2.3
 */
export function delayOf(retryAfter: string | null | undefined, date?: string | null): number | undefined {
  if (!retryAfter?.trim()) return undefined;
  const seconds = Number(retryAfter);
  const sent = Date.parse(date ?? '');
  const delay = Number.isNaN(seconds)
    ? Date.parse(retryAfter) - (Number.isNaN(sent) ? Date.now() : sent)
    : 1000 * seconds;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

/** Waits, however long. @throws AbortError */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
    await sleep(Math.min(left, LONGEST_TIMER_MS), undefined, { signal });
  }
  signal?.throwIfAborted();
}

export function isAbort(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'AbortError';
}

function backOff(attempt: number, firstDelayMs: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** (attempt - 1));
  return whole * (1 - Math.random() / 2);
}
