import { createHash } from 'node:crypto';

/** What every file system takes as it stands. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
/** Names that Windows keeps for devices, whatever follows their first dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const LONGEST = 100;
/** Of a hash: two names are the same with a chance of 2⁻⁶⁴. */
const HASH_DIGITS = 16;
/** Between a name's readable part and its hash. No plain name has it. */
const MARK = '~';

/**
 * A file name for a string that came from outside: a resource's type or id, a table, a member of a zip. Joined to a folder it
 * lies directly in it, whatever the string is, and it is legal on Linux, macOS and Windows. Plain strings stay as they are;
 * others lose what is not plain and get a hash, so that different strings have different names. (On a file system that
 * ignores case, `a` and `A` are the same.)
 */
export function outsideName(text: string): string {
  const isPlain = text.length <= LONGEST && PLAIN.test(text) && !text.endsWith('.') && !DEVICE.test(text);
  if (isPlain) return text;
  const readable = text
    .slice(0, LONGEST)
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^-/, '_');
  // UTF-16: lone surrogates would all be the same in UTF-8.
  const hash = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  return `_${readable}${MARK}${hash.slice(0, HASH_DIGITS)}`;
}
