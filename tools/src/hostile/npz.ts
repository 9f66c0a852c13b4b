import { readFileSync, writeFileSync } from 'node:fs';
import { unzipSync, zipSync } from 'fflate';

/** One array of a cohort's matrix.npz: its header, and its numbers. */
export interface Npy {
  header: string;
  data: Uint8Array;
}

/** Changes an array of an npz file, and keeps the file a right archive. */
export function editNpz(path: string, name: string, change: (npy: Npy) => Npy): void {
  const members = unzipSync(readFileSync(path));
  const bytes = members[`${name}.npy`];
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  const { header, data } = change({
    header: Buffer.from(bytes.subarray(10, 10 + length)).toString('latin1'),
    data: Uint8Array.from(bytes.subarray(10 + length)),
  });
  const padded = Buffer.from(`${header.trimEnd()}${' '.repeat((64 - ((11 + header.trimEnd().length) % 64)) % 64)}\n`);
  const lead = Buffer.concat([bytes.subarray(0, 8), Buffer.from([padded.length & 255, padded.length >> 8])]);
  writeFileSync(path, zipSync({ ...members, [`${name}.npy`]: Buffer.concat([lead, padded, data]) }, { level: 0 }));
}

/** Sets number `at` of an array of 32-bit integers. */
export function withNumber(at: number, value: number): (npy: Npy) => Npy {
  return ({ header, data }) => {
    new DataView(data.buffer).setInt32(4 * at, value, true);
    return { header, data };
  };
}

/** The same numbers with 64 bits each, as scipy writes them where matrices are large. */
export function with64Bits({ header, data }: Npy): Npy {
  const narrow = new Int32Array(data.buffer);
  const wide = BigInt64Array.from(narrow, BigInt);
  return { header: header.replace('<i4', '<i8'), data: new Uint8Array(wide.buffer) };
}
