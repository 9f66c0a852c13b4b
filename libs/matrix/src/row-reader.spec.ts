import { describe, expect, it } from 'vitest';
import { RowReader } from './row-reader.ts';

/** A matrix of two rows whose file is not there: the thread that is to read it ends at once. */
const lost = () =>
  new RowReader({
    path: '/nowhere/matrix.npz',
    rows: 2,
    indptr: Int32Array.of(0, 1, 2),
    entryStarts: { indices: 0, values: 8 },
  });

describe('a thread that has ended', () => {
  it('rejects every question that waits for it, and those that come later', async () => {
    const reader = lost();
    const waiting = [0, 1].map((row) => reader.take(Int32Array.of(row)));
    for (const { status, reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(String(reason)).toMatch(/can no longer be read[\s\S]*\/nowhere\/matrix\.npz/);
    }
    await expect(reader.take(Int32Array.of(0))).rejects.toThrow('can no longer be read');
    await reader.close();
  });

  it('rejects what waits when it is closed', async () => {
    const reader = lost();
    const waiting = expect(reader.take(Int32Array.of(0))).rejects.toThrow('can no longer be read');
    await reader.close();
    await waiting;
  });
});
