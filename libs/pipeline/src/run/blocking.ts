/** Who runs computations that keep the event loop from turning for seconds or minutes. */
export interface Blocking {
  /** By default: calls it. A process that listens to signals can have the system end it meanwhile. */
  blocking?: <T>(compute: () => T | Promise<T>) => Promise<T>;
}

/** Runs a computation that blocks. */
export async function blocking<T>({ blocking: run }: Blocking, compute: () => T | Promise<T>): Promise<T> {
  return run ? run(compute) : compute();
}
