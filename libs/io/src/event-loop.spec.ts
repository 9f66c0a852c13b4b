import { describe, expect, it } from 'vitest';
import { yieldToEventLoop } from './event-loop.ts';

describe('yieldToEventLoop', () => {
  /** Whether a timer runs while so many loops of a millisecond are worked through. */
  async function isTimerSeen(pause: () => Promise<void>): Promise<boolean> {
    let seen = false;
    const timer = setTimeout(() => (seen = true), 1);
    for (let i = 0; i < 200 && !seen; i++) {
      for (const until = performance.now() + 1; performance.now() < until;);
      await pause();
    }
    clearTimeout(timer);
    return seen;
  }

  it('lets timers run within a loop of settled promises, which alone does not', async () => {
    expect(await isTimerSeen(yieldToEventLoop)).toBe(true);
    expect(await isTimerSeen(() => Promise.resolve())).toBe(false);
  });
});
