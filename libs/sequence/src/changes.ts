import type { Scale } from './features.ts';
import { knotOf, shareOf } from './scale.ts';

/** What the network looks at, and how it changed since it was last asked for. */
export class Changes {
  /** Of those that changed, which and by how much; the first `length`. */
  features: Int32Array = new Int32Array(256);
  weights: Float32Array = new Float32Array(256);
  length = 0;
  private readonly now: Float32Array;
  /** All that may differ from 0. */
  private readonly touched: number[] = [];
  private readonly isTouched: Uint8Array;
  /** Of choices and scales by their first feature, what they are. */
  private readonly chosen: Int32Array;
  private readonly chose: number[] = [];

  constructor(count: number) {
    this.now = new Float32Array(count);
    this.isTouched = new Uint8Array(count);
    this.chosen = new Int32Array(count).fill(-1);
  }

  /** Nothing is there, and nothing changed. */
  clear(): void {
    for (const feature of this.touched) this.now[feature] = this.isTouched[feature] = 0;
    this.touched.length = 0;
    for (const first of this.chose) this.chosen[first] = -1;
    this.chose.length = 0;
    this.length = 0;
  }

  /** What changed has been seen. */
  seen(): void {
    this.length = 0;
  }

  /** All that is there counts as changed, as for one who begins to look now. */
  all(): void {
    this.length = 0;
    for (const feature of this.touched) if (this.now[feature] !== 0) this.push(feature, this.now[feature]);
  }

  /** Whether it is another weight than before. */
  set(feature: number, weight: number): boolean {
    const before = this.now[feature];
    const rounded = Math.fround(weight);
    if (before === rounded) return false;
    if (this.isTouched[feature] === 0) {
      this.isTouched[feature] = 1;
      this.touched.push(feature);
    }
    this.now[feature] = rounded;
    this.push(feature, rounded - before);
    return true;
  }

  add(feature: number, weight: number): void {
    this.set(feature, this.now[feature] + weight);
  }

  /** One of the features from the first on, and no other of them; −1 for none. */
  choose(first: number, choice: number): void {
    const before = this.chosen[first];
    if (before === choice) return;
    this.remember(first, choice);
    if (before >= 0) this.set(first + before, 0);
    if (choice >= 0) this.set(first + choice, 1);
  }

  /** A number between two knots of a scale, as their weights; undefined for none. */
  scale({ first, knots }: Scale, value: number | undefined): void {
    const before = this.chosen[first];
    const knot = value === undefined ? -1 : knotOf(knots, value, before);
    this.remember(first, knot);
    if (before >= 0 && before !== knot) {
      this.set(first + before, 0);
      if (before + 1 < knots.length && before + 1 !== knot) this.set(first + before + 1, 0);
    }
    if (value === undefined) return;
    const share = shareOf(knots, knot, value);
    this.set(first + knot, 1 - share);
    if (knot + 1 < knots.length) this.set(first + knot + 1, share);
  }

  private remember(first: number, choice: number): void {
    if (this.chosen[first] < 0) this.chose.push(first);
    this.chosen[first] = choice;
  }

  private push(feature: number, weight: number): void {
    if (this.length === this.features.length) {
      const [features, weights] = [new Int32Array(2 * this.length), new Float32Array(2 * this.length)];
      features.set(this.features);
      weights.set(this.weights);
      [this.features, this.weights] = [features, weights];
    }
    this.features[this.length] = feature;
    this.weights[this.length++] = weight;
  }
}

/** Nobody looks: for walks of which only the tokens matter. */
export class NoChanges extends Changes {
  constructor() {
    super(0);
  }

  override set(): boolean {
    return false;
  }

  override add(): void {}

  override choose(): void {}

  override scale(): void {}
}
