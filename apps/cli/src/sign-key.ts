import { readWholeFile } from '@ehrsynth/io';
import { parsePublicKey, type PublicKey } from '@ehrsynth/release';

/** A key that signatures are checked with: the second line of a .pub file itself, or the path of one. @throws KeyError, UserError */
export async function publicKeyFrom(keyOrPath: string): Promise<PublicKey> {
  const isKey = /^RW[A-Za-z0-9+/]{54}$/.test(keyOrPath);
  return isKey ? parsePublicKey(keyOrPath) : parsePublicKey(await readWholeFile(keyOrPath), keyOrPath);
}
