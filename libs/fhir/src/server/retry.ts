import { setTimeout as sleep } from 'node:timers/promises';

/** What a request may give that another try can mend. */
export interface Failure {
  /** HTTP status; undefined where no whole answer came. */
  status: number | undefined;
  /** As the server wrote it: seconds, or a date. */
  retryAfter?: string | null;
  error: unknown;
}

export interface RetryOptions {
  /** Tries in all. */
  attempts: number;
  /** Before the second try; doubled before each next one. */
  firstDelayMs: number;
  signal?: AbortSignal;
  /** Called before each wait. */
  onRetry?: (failure: Failure, waitMs: number) => void;
}

export const RETRIES: RetryOptions = { attempts: 10, firstDelayMs: 500 };

const LONGEST_DELAY_MS = 60_000;
/** Busy or in passing trouble; 409: two writers met, and one of them may try again. */
export const PASSING = new Set([408, 409, 425, 429, 500, 502, 503, 504]);

/**
 * Tries again while the failure may pass: no answer, or one that says so. Waits as long as the server asks, otherwise twice
 * as long each time, less up to half of it at random so that many clients do not come back at once.
 * @throws what the last try threw
 */
export async function withRetry<T>(
  work: (attempt: number) => Promise<T>,
  failureOf: (error: unknown) => Failure,
  { attempts, firstDelayMs, signal, onRetry }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const failure = failureOf(error);
      const passes = failure.status === undefined || PASSING.has(failure.status);
      if (!passes || attempt >= attempts || signal?.aborted) throw error;
      const waitMs = delayOf(failure.retryAfter) ?? backOff(attempt, firstDelayMs);
      onRetry?.(failure, waitMs);
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** What Retry-After asks for, in milliseconds. @see RFC 9110, 10.2.3 */
export function delayOf(retryAfter: string | null | undefined): number | undefined {
  if (!retryAfter) return undefined;
  const seconds = Number(retryAfter);
  const delay = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : 1000 * seconds;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

function backOff(attempt: number, firstDelayMs: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** (attempt - 1));
  return whole * (1 - Math.random() / 2);
}
