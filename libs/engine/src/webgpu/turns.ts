/** So many turns come at once when somebody begins to wait, the others a millisecond apart: each costs a core, and memory. */
const AT_ONCE = 100;

/**
 * Turns of Node's event loop for Dawn. It asks for one after another by the global `setImmediate` for as long as there is a device, so that
 * Node would never end and a core never rest. What it asks for here keeps Node awake only while somebody waits for the GPU.
 */
class Turns {
  private waiting = 0;
  private taken = 0;
  private next: { ref(): unknown; unref(): unknown } | undefined;

  /** Calls Dawn, and waits for what comes of it. */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++;
    this.taken = 0;
    this.next?.ref();
    try {
      return await this.call(work);
    } finally {
      if (--this.waiting === 0) this.next?.unref();
    }
  }

  /** Calls Dawn, which looks the global function up each time. */
  private call<T>(work: () => T): T {
    const { setImmediate: usual } = globalThis;
    const own = (callback: () => void) => {
      const turn = () => this.call(callback);
      this.next = ++this.taken < AT_ONCE ? usual(turn) : setTimeout(turn, 1);
      if (this.waiting === 0) this.next.unref();
      return this.next;
    };
    globalThis.setImmediate = own as typeof setImmediate;
    try {
      return work();
    } finally {
      globalThis.setImmediate = usual;
    }
  }
}

export const turns = new Turns();
