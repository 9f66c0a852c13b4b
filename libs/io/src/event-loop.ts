/** Longest time that work may keep signals, timers and other files waiting. */
const TURN_EVERY_MS = 50;

let turnedAt = performance.now();

/**
 * Lets the event loop turn where it has not for a while: until then neither Ctrl-C nor a timer is seen. Promises that are already settled
 * do not let it turn. To be awaited in every loop that may take long.
 */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - turnedAt < TURN_EVERY_MS) return;
  await new Promise((resolve) => setImmediate(resolve));
  turnedAt = performance.now();
}

/** To be awaited in every loop that may take long: lets the event loop turn, and throws where the work is to end. */
export type Pause = () => Promise<void>;

/** `yieldToEventLoop` for work that a signal ends: throws its reason. */
export function pausing(signal?: AbortSignal): Pause {
  return async () => {
    await yieldToEventLoop();
    signal?.throwIfAborted();
  };
}
