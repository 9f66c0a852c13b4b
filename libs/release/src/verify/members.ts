import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { MANIFEST, PARTS, SIGNATURE, SUMS } from '../parts.ts';
import { isJsonTooDeep } from './bounds.ts';
import { type DataFacts, watcherOf, type Watcher } from './data-facts.ts';
import type { Faults } from './faults.ts';
import { walkPackage, wordsOf } from './walk.ts';

const MB = 1 << 20;

/** Files whose content is checked, and the bytes that each may have: far beyond what any release needs. */
const MOST_BYTES: Record<string, number> = {
  [SUMS]: 16 * MB,
  [SIGNATURE]: MB / 16,
  [MANIFEST]: 16 * MB,
  [PARTS.figures]: 16 * MB,
  [PARTS.outcome]: MB,
  [PARTS.policy]: MB / 16,
};

interface Member {
  bytes: number;
  /** SHA-256 in hex. */
  sum: string;
  /** Of those whose content is checked: the very bytes that the checksum is of. */
  content?: Buffer;
}

/** The files of a package as they were read, once. */
export interface Members {
  /** By path; undefined where something is there and is not a file that can be read, which is a fault already. */
  byPath: Map<string, Member | undefined>;
  /** Number of files, beside SHA256SUMS and its signature. */
  files: number;
  /** What is seen of the records in data/, by format. */
  data: Map<string, DataFacts>;
}

/** Reads a package: checksums of all files, content of those that are checked. What cannot be read becomes a fault. */
export async function readMembers(folder: string, faults: Faults): Promise<Members> {
  const { files, odd } = await walkPackage(folder);
  const byPath = new Map<string, Member | undefined>();
  const data = new Map<string, DataFacts>();
  for (const { path, what } of odd) {
    faults.add(path, what);
    byPath.set(path, undefined);
  }
  for (const path of files) {
    const member = await readMember(join(folder, path), MOST_BYTES[path], watcherOf(path, data)).catch(wordsOf);
    if (typeof member === 'string') faults.add(path, member);
    byPath.set(path, typeof member === 'string' ? undefined : member);
  }
  return { byPath, files: files.filter((path) => path !== SUMS && path !== SIGNATURE).length, data };
}

/** Text of a file, undefined (and a fault, except where it is missing) where it cannot be had. */
export function textOf({ byPath }: Members, name: string, faults: Faults): string | undefined {
  const content = byPath.get(name)?.content;
  if (!content) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    if (!text.startsWith('\uFEFF')) return text;
    faults.add(name, 'it starts with a byte order mark, which no release writes; get it again');
  } catch {
    faults.add(name, 'not UTF-8; it was changed, get it again');
  }
  return undefined;
}

/** A JSON file that has a form, undefined and a fault where it does not. */
export function jsonOf<T>(members: Members, name: string, form: z.ZodType<T>, faults: Faults): T | undefined {
  const text = textOf(members, name, faults);
  if (text === undefined) return undefined;
  if (isJsonTooDeep(text)) {
    faults.add(name, 'nested deeper than any release; it was changed, get it again');
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    faults.add(name, 'not JSON; it was changed, get it again');
    return undefined;
  }
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  for (const { path, message } of issues.slice(0, ISSUES_NAMED))
    faults.add(
      name,
      `at ${path.map(String).join(' › ') || 'the top'}: ${message.replace(/^Invalid input: /, '').replace('received undefined', 'and there is none')}`,
    );
  if (issues.length > ISSUES_NAMED) faults.add(name, `${issues.length - ISSUES_NAMED} more of this kind`);
  return undefined;
}

const ISSUES_NAMED = 5;

/** @returns what is wrong, where it is too large @throws of the system */
async function readMember(
  path: string,
  mostBytes: number | undefined,
  watcher: Watcher | undefined,
): Promise<Member | string> {
  // Neither follows a link nor waits for a writer, should the file have been replaced since it was seen.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const entry = await file.stat();
    if (!entry.isFile()) return 'no longer a plain file; it was not read';
    const tooLarge = `larger than the ${sizeText(mostBytes!)} allowed; it was not read`;
    if (mostBytes !== undefined && entry.size > mostBytes) return tooLarge;
    const hash = createHash('sha256');
    const kept: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of file.createReadStream({
      autoClose: false,
      highWaterMark: MB,
    }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      await watcher?.take(chunk);
      if (mostBytes === undefined) continue;
      if (bytes > mostBytes) return tooLarge;
      kept.push(chunk);
    }
    return {
      bytes,
      sum: hash.digest('hex'),
      content: mostBytes === undefined ? undefined : Buffer.concat(kept),
    };
  } finally {
    await watcher?.end();
    await file.close();
  }
}

function sizeText(bytes: number): string {
  return bytes < MB ? `${bytes / 1024} KB` : `${bytes / MB} MB`;
}
