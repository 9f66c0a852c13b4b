/** What was made for a key is kept for as long as it is among those that were asked for last. */
export class Recent<V> {
  private readonly held = new Map<string, V>();

  /** @param drop takes back what is kept no longer */
  constructor(
    private readonly most: number,
    private readonly drop: (value: V) => void,
  ) {}

  get(key: string, make: () => V): V {
    const value = this.held.get(key) ?? make();
    this.held.delete(key);
    this.held.set(key, value);
    if (this.held.size > this.most) {
      const [[oldest, old]] = this.held;
      this.held.delete(oldest);
      this.drop(old);
    }
    return value;
  }
}
