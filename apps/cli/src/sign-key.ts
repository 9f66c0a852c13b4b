import { readWholeFile } from '@ehrsynth/io';
import { parsePublicKey, parseSecretKey, type PublicKey, type SecretKey } from '@ehrsynth/release';
import { password } from './password.ts';

/** The key that signs, its password asked for where it has one. @throws KeyError, UserError */
export async function signingKey(path: string): Promise<SecretKey> {
  return parseSecretKey(await readWholeFile(path), path, password);
}

/** A key that signatures are checked with: the second line of a .pub file itself, or the path of one. @throws KeyError, UserError */
export async function publicKeyFrom(keyOrPath: string): Promise<PublicKey> {
  const isKey = /^RW[A-Za-z0-9+/]{54}$/.test(keyOrPath);
  return isKey ? parsePublicKey(keyOrPath) : parsePublicKey(await readWholeFile(keyOrPath), keyOrPath);
}
