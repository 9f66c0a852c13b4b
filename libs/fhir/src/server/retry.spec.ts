import { expect, it } from 'vitest';
import { delayOf, pause, withRetry } from './retry.ts';

const DAY_MS = 24 * 3_600_000;

it('reads Retry-After as seconds or as a date, and a date by the clock of the server', () => {
  expect(delayOf('120')).toBe(120_000);
  expect(delayOf('1.5')).toBe(1500);
  for (const nothing of ['', ' ', 'soon', undefined, null]) expect(delayOf(nothing)).toBeUndefined();
  expect(delayOf('-5')).toBe(0);
  // The server's clock is two days ahead of ours: it still means ten seconds.
  const now = Date.now() + 2 * DAY_MS;
  const [date, later] = [now, now + 10_000].map((ms) => new Date(ms).toUTCString());
  expect(delayOf(later, date)).toBe(10_000);
});

it('waits through times that no timer takes, until it is stopped', async () => {
  const stop = new AbortController();
  let isOver = false;
  const waiting = pause(1e15, stop.signal).finally(() => (isOver = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isOver).toBe(false);
  stop.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

it('still waits longer from try to try where the server says to come back at once', async () => {
  const waits: number[] = [];
  const busy = withRetry(
    () => Promise.reject(new Error('busy')),
    (error) => ({ status: 503, retryAfter: '0', error }),
    { attempts: 4, firstDelayMs: 4, maxWaitMs: 1000, onRetry: (_, ms) => waits.push(ms) },
  );
  await expect(busy).rejects.toThrow('busy');
  expect(waits.map((ms, i) => ms >= 2 * 2 ** i && ms <= 4 * 2 ** i)).toEqual([true, true, true]);
});

it('refuses to wait longer in all than allowed, and names the option', async () => {
  let tries = 0;
  const busy = (retryAfter: string) =>
    withRetry(
      () => {
        tries++;
        throw new Error('busy');
      },
      (error) => ({ status: 429, retryAfter, error }),
      { attempts: 10, firstDelayMs: 1, maxWaitMs: 100, where: 'http://server/x' },
    );
  await expect(busy('1000000000000')).rejects.toThrow(/31,688.* years[\s\S]*server\/x[\s\S]*--max-wait/);
  expect(tries).toBe(1);
  // 30 ms three times, and no fourth.
  await expect(busy('0.03')).rejects.toThrow('--max-wait');
  expect(tries).toBe(1 + 4);
});
