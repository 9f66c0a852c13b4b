import { GROUPS, WITHOUT } from './figure.ts';
import { SIDES, type SideName } from '../sides.ts';
import type { Sides } from './side.ts';

/** Counts of keys by jackknife group: of each key its groups, then all. */
export class KeyCounts {
  readonly counts: Int32Array;
  /** Keys that were counted since the last `clear`, in no order. */
  readonly touched: Int32Array;
  touchedCount = 0;

  constructor(keys: number) {
    this.counts = new Int32Array(keys * WITHOUT);
    this.touched = new Int32Array(keys);
  }

  add(key: number, group: number): void {
    const at = key * WITHOUT;
    this.counts[at + group]++;
    if (this.counts[at + GROUPS]++ === 0) this.touched[this.touchedCount++] = key;
  }

  clear(): void {
    for (let i = 0; i < this.touchedCount; i++) {
      const at = this.touched[i] * WITHOUT;
      this.counts.fill(0, at, at + WITHOUT);
    }
    this.touchedCount = 0;
  }
}

/** The keys that any of some counts have, each once. */
export class TouchedKeys {
  private readonly isSeen: Uint8Array;
  readonly keys: Int32Array;

  constructor(keys: number) {
    this.isSeen = new Uint8Array(keys);
    this.keys = new Int32Array(keys);
  }

  of(counts: Record<SideName, KeyCounts>): Int32Array {
    let length = 0;
    for (const name of SIDES) {
      const { touched, touchedCount } = counts[name];
      for (let i = 0; i < touchedCount; i++) {
        if (this.isSeen[touched[i]]) continue;
        this.isSeen[touched[i]] = 1;
        this.keys[length++] = touched[i];
      }
    }
    for (let i = 0; i < length; i++) this.isSeen[this.keys[i]] = 0;
    return this.keys.subarray(0, length);
  }
}

/** How many codes the dictionary of the sides has. */
export function codesOf({ holdout }: Sides): number {
  return holdout.histories.dictionary.codes.length;
}
