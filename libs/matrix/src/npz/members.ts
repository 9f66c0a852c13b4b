import { closeSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { expandsTooFar, READ_LIMITS } from '@ehrsynth/io';

/** Where a file lies in a zip file. */
export interface Member {
  name: string;
  /** First byte of what is stored or compressed. */
  start: number;
  /** Bytes in the zip file, and of the file itself. */
  stored: number;
  size: number;
  compressed: boolean;
  crc32: number;
}

const STORED = 0;
const DEFLATED = 8;
/** An .npz of a sparse matrix has five or six. */
const MOST_MEMBERS = 16;
const { maxExpansion } = READ_LIMITS;
const PIECE_BYTES = 4 * 2 ** 20;

/** The members of a zip file by their names, none of them twice, none of them outside it. @throws Error, system errors */
export async function membersOf(path: string): Promise<Map<string, Member>> {
  const info = await stat(path);
  if (!info.isFile()) throw new Error('it is not a file');
  const zip = await openPromise(path);
  try {
    const members = new Map<string, Member>();
    let expanded = 0;
    for await (const entry of zip.eachEntry()) {
      const member = await memberOf(zip, entry);
      const { name, start, stored, size, compressed } = member;
      if (members.has(name)) throw new Error(`it has ${name} twice`);
      if (members.size === MOST_MEMBERS) throw new Error(`it has more than ${MOST_MEMBERS} members`);
      if (start + stored > info.size) throw new Error(`${name} ends after the file`);
      if (!compressed && stored !== size) throw new Error(`${name} has two different sizes`);
      expanded += size;
      if (expandsTooFar(expanded, info.size, maxExpansion))
        throw new Error(`it would expand to more than ${maxExpansion} times its size; write it uncompressed`);
      members.set(name, member);
    }
    return members;
  } finally {
    zip.close();
  }
}

/** A member's bytes. @throws Error where they are not those that were written */
export function readMember(path: string, member: Member): Uint8Array {
  const raw = readAt(path, member.start, member.stored);
  const bytes = member.compressed ? inflated(raw, member) : raw;
  if (crc32(bytes) !== member.crc32) throw damaged(member);
  return bytes;
}

/** The first bytes of a member that is not compressed. */
export function readStart(path: string, { start, stored }: Member, bytes: number): Uint8Array {
  return readAt(path, start, Math.min(stored, bytes));
}

/** The first bytes of a member that is compressed. */
export function expandStart(path: string, member: Member, bytes: number): Uint8Array {
  // Deflate needs at most some bytes more than it gives; the end is missing on purpose.
  const raw = readStart(path, member, 2 * bytes);
  return inflateRawSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, bytes);
}

/**
 * A member that is not compressed, piece by piece, without its first bytes; all pieces but the last are of 4 MiB.
 * @throws Error where they are not those that were written
 */
export function* readPieces(path: string, member: Member, without: number): Generator<Uint8Array> {
  let sum = crc32(readStart(path, member, without));
  for (let done = without; done < member.stored; done += PIECE_BYTES) {
    const piece = readAt(path, member.start + done, Math.min(PIECE_BYTES, member.stored - done));
    sum = crc32(piece, sum);
    yield piece;
  }
  if (sum !== member.crc32) throw damaged(member);
}

async function memberOf(zip: ZipFile, entry: Entry): Promise<Member> {
  const { fileName: name, compressionMethod: method } = entry;
  if (entry.isEncrypted()) throw new Error(`${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED)
    throw new Error(`${name} is compressed by method ${method}, which is not supported`);
  return {
    name,
    start: await dataStart(zip, entry),
    stored: entry.compressedSize,
    size: entry.uncompressedSize,
    compressed: method === DEFLATED,
    crc32: entry.crc32,
  };
}

function dataStart(zip: ZipFile, entry: Entry): Promise<number> {
  return new Promise((resolve, reject) =>
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) =>
      error ? reject(error) : resolve((header as { fileDataStart: number }).fileDataStart),
    ),
  );
}

function inflated(raw: Uint8Array, { name, size }: Member): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(raw, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw new Error(`${name} cannot be expanded to the size that is stated`);
  }
  if (bytes.length !== size) throw new Error(`${name} does not have the size that is stated`);
  return bytes;
}

function damaged({ name }: Member): Error {
  return new Error(`${name} is damaged: its checksum differs from the one that was written`);
}

function readAt(path: string, start: number, bytes: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(bytes);
    for (let done = 0; done < bytes;) {
      const read = readSync(file, buffer, done, Math.min(bytes - done, 1 << 30), start + done);
      if (read === 0) throw new Error('the file is too short');
      done += read;
    }
    return buffer;
  } finally {
    closeSync(file);
  }
}
