import { createHash } from 'node:crypto';

const LARGEST = (1n << 63n) - 1n;
const SMALLEST = -(1n << 63n);

/**
 * The subject_id (a whole number of 64 bits) of a record: its id where that is one, else a stable hash of 63 bits.
 * @returns isHash where the number does not say what the id was
 */
export function subjectIdOf(recordId: string): { id: bigint; isHash: boolean } {
  if (/^(?:0|-?[1-9]\d{0,18})$/.test(recordId)) {
    const id = BigInt(recordId);
    if (id >= SMALLEST && id <= LARGEST) return { id, isHash: false };
  }
  const hash = createHash('sha256').update(Buffer.from(recordId, 'utf16le')).digest();
  return { id: hash.readBigUInt64BE() & LARGEST, isHash: true };
}
