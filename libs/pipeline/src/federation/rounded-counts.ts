import { createCipheriv, createHash } from 'node:crypto';

/**
 * Counts of which those below k become 0 or k at random, so that the mean over all chances is the count itself: sums over many cells and sites
 * stay right, and no count below k is given away. What is random follows from a secret of the site and what is counted: asked again, it gives
 * the same, so that no mean of several answers tells more than one.
 * @param purpose what is counted
 * @see Nargundkar, Saveland 1972, "Random rounding to prevent statistical disclosures"
 */
export function roundedCounts(counts: ArrayLike<number>, k: number, secret: Buffer, purpose: string): Float64Array {
  const key = createHash('sha256').update(secret).update(purpose).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(4 * counts.length));
  return Float64Array.from(counts, (count, i) => {
    if (count >= k) return count;
    return stream.readUInt32LE(4 * i) / 2 ** 32 < count / k ? k : 0;
  });
}
