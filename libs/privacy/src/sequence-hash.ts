const LANES = [0x811c9dc5, 0x9e3779b9];
const PRIMES = [0x01000193, 0x5bd1e995];
const bits = new DataView(new ArrayBuffer(8));

/** A key of 53 bits for a sequence of numbers: sequences that differ have, but for one chance in 2⁵³, different keys. */
export class SequenceHash {
  private a = LANES[0];
  private b = LANES[1];

  /** Begins anew. */
  reset(): this {
    [this.a, this.b] = LANES;
    return this;
  }

  /** A whole number of 32 bits. */
  add(value: number): this {
    this.a = mixed(Math.imul(this.a ^ value, PRIMES[0]));
    this.b = mixed(Math.imul(this.b ^ value, PRIMES[1]));
    return this;
  }

  /** Any number. */
  addNumber(value: number): this {
    bits.setFloat64(0, value);
    return this.add(bits.getInt32(0)).add(bits.getInt32(4));
  }

  key(): number {
    return (this.a >>> 0) * 2 ** 21 + (this.b >>> 11);
  }
}

function mixed(lane: number): number {
  let value = lane ^ (lane >>> 15);
  value = Math.imul(value, 0x85ebca6b);
  return value ^ (value >>> 13);
}
