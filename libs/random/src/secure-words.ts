import { randomFillSync } from 'node:crypto';

/** Words of 32 uniformly random bits, one after another. */
export interface RandomWords {
  next(): number;
}

const BUFFERED = 1 << 14;

/**
 * Words of the operating system's secure generator, fetched 64 KiB at a time. Nothing can seed them or bring them back: this is what
 * noise that protects privacy is drawn from.
 */
export class SecureWords implements RandomWords {
  private readonly words = new Uint32Array(BUFFERED);
  private at = BUFFERED;

  next(): number {
    if (this.at === BUFFERED) {
      randomFillSync(this.words);
      this.at = 0;
    }
    const word = this.words[this.at];
    // What was drawn is not left in memory.
    this.words[this.at++] = 0;
    return word;
  }
}

/** A uniformly random whole number of [0, 2⁵³): below q · 2⁵³ with probability q, exactly, where q is a multiple of 2⁻⁵³. */
export function next53(words: RandomWords): number {
  const high = words.next() >>> 11;
  return high * 2 ** 32 + words.next();
}
