/** What is done at Ctrl-C and SIGTERM: unless a command says otherwise, leave; what was staged is then removed. */
const leave = () => process.exit(130);
let handler: () => void = leave;

/** Listens from now on. */
export function listenToSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      const now = handler;
      handler = leave;
      now();
    });
  }
}

/** Runs work that ends itself at the first signal; the second one leaves at once. */
export async function withSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopped = new AbortController();
  handler = () => stopped.abort();
  try {
    return await work(stopped.signal);
  } finally {
    handler = leave;
  }
}
