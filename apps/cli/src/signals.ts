/** What is done at Ctrl-C and SIGTERM: unless a command says otherwise, leave; what was staged is then removed. */
const leave = () => process.exit(130);
let handler: () => void = leave;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Listens from now on. */
export function listenToSignals(): void {
  for (const signal of SIGNALS) {
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
  const stop = new Stop();
  stop.listen();
  try {
    return await work(stop.signal);
  } finally {
    stop.end();
  }
}

/** Aborts at the first signal while it listens; the second one leaves at once, as the first does when it does not listen. */
export class Stop {
  private readonly stopped = new AbortController();

  get signal(): AbortSignal {
    return this.stopped.signal;
  }

  listen(): void {
    handler = () => this.stopped.abort();
  }

  end(): void {
    handler = leave;
  }
}

/**
 * Runs a computation that keeps the event loop from turning. Nobody could hear a signal meanwhile: until it is done the system ends the
 * process at the first one, as it does where nobody listens. What was staged is then removed by the next run.
 */
export async function endedBySystem<T>(compute: () => T | Promise<T>): Promise<T> {
  return withoutListeners(compute);
}

/**
 * Runs work whose own processes answer signals: one from the terminal reaches them by itself, SIGTERM is passed on.
 * @param work is given what to call with the listener for SIGTERM
 */
export async function ignoringSignals<T>(
  work: (onSignal: (listener: (signal: NodeJS.Signals) => void) => void) => Promise<T>,
): Promise<T> {
  let pass: (signal: NodeJS.Signals) => void = () => {};
  const end = () => pass('SIGTERM');
  return withoutListeners(async () => {
    process.on('SIGINT', () => {});
    process.on('SIGTERM', end);
    // The terminal is gone, which the command would not hear of where it has a session of its own.
    process.on('SIGHUP', end);
    try {
      return await work((listener) => void (pass = listener));
    } finally {
      process.off('SIGHUP', end);
    }
  });
}

/** Runs work while nobody listens to signals but whom it has listen itself. */
async function withoutListeners<T>(work: () => T | Promise<T>): Promise<T> {
  const listeners = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  try {
    return await work();
  } finally {
    for (const [signal, own] of listeners) {
      process.removeAllListeners(signal);
      own.forEach((listener) => process.on(signal, listener));
    }
  }
}
