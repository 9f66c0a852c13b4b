/** Keys by a hash of 53 bits in memory that threads share: 8 bytes a key and 16 of values, at most 7 in 10 places taken. */
export interface SharedTable {
  hashes: Float64Array<SharedArrayBuffer>;
  /** Two whole numbers a key. */
  values: Int32Array<SharedArrayBuffer>;
  size: number;
}

const FULLEST = 0.7;

/**
 * A set of texts, each with two whole numbers, that holds a hundred million in the memory of their hashes. Two different
 * texts are taken for one with a probability of their number over 2^53.
 */
export class KeyTable {
  private table: SharedTable;

  constructor(shared?: SharedTable) {
    this.table = shared ?? empty(1 << 12);
  }

  /** Gives false where the key was there before; its values then stay. */
  add(key: string, first = 0, second = 0): boolean {
    if (this.table.size >= FULLEST * this.table.hashes.length) this.grow();
    return insert(this.table, hash53(key), first, second);
  }

  has(key: string): boolean {
    return this.table.hashes[place(this.table.hashes, hash53(key))] !== 0;
  }

  get(key: string): [number, number] | undefined {
    const { hashes, values } = this.table;
    const at = place(hashes, hash53(key));
    return hashes[at] === 0 ? undefined : [values[2 * at], values[2 * at + 1]];
  }

  /** The memory, for another thread that only reads. */
  share(): SharedTable {
    return this.table;
  }

  private grow(): void {
    const { hashes, values } = this.table;
    const larger = empty(2 * hashes.length);
    hashes.forEach((hash, i) => {
      if (hash !== 0) insert(larger, hash, values[2 * i], values[2 * i + 1]);
    });
    this.table = larger;
  }
}

function empty(places: number): SharedTable {
  return {
    hashes: new Float64Array(new SharedArrayBuffer(8 * places)),
    values: new Int32Array(new SharedArrayBuffer(8 * places)),
    size: 0,
  };
}

function insert(table: SharedTable, hash: number, first: number, second: number): boolean {
  const at = place(table.hashes, hash);
  if (table.hashes[at] !== 0) return false;
  table.hashes[at] = hash;
  table.values[2 * at] = first;
  table.values[2 * at + 1] = second;
  table.size++;
  return true;
}

/** Where the hash stands, or the empty place where it would: linear probing. */
function place(hashes: Float64Array, hash: number): number {
  const mask = hashes.length - 1;
  let at = hash % hashes.length;
  while (hashes[at] !== 0 && hashes[at] !== hash) at = (at + 1) & mask;
  return at;
}

/** Two multiplicative hashes, each mixed with the other at the end; never 0, which marks an empty place. */
export function hash53(text: string): number {
  let a = 0x2545f491;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca6b);
    b = Math.imul(b ^ unit, 0xc2b2ae35);
  }
  a = Math.imul(a ^ (a >>> 16) ^ b, 0x27d4eb2f);
  b = Math.imul(b ^ (b >>> 15) ^ a, 0x165667b1);
  a ^= a >>> 13;
  b ^= b >>> 16;
  return (a & 0x1fffff) * 2 ** 32 + (b >>> 0) || 1;
}
