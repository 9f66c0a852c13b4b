/** The n-th largest number of each of some people, one number a person. */
export class Largest {
  /** Of each person its largest; ascending, at most `count`. */
  private readonly kept: number[] = [];
  private person = -1;
  private own = -Infinity;

  constructor(private readonly count: number) {}

  /** People are given one after another. */
  add(value: number, person: number): void {
    if (person !== this.person) this.close();
    this.person = person;
    this.own = Math.max(this.own, value);
  }

  /** What so many people reach; undefined where there are fewer. */
  value(): number | undefined {
    this.close();
    return this.kept.length === this.count ? this.kept[0] : undefined;
  }

  private close(): void {
    if (this.own > -Infinity) {
      const place = this.kept.findIndex((one) => one >= this.own);
      this.kept.splice(place < 0 ? this.kept.length : place, 0, this.own);
      if (this.kept.length > this.count) this.kept.shift();
    }
    this.own = -Infinity;
  }
}
