import { createHash, sign, verify } from 'node:crypto';
import { base64Of, keyIdText, linesOf, type PublicKey, type SecretKey } from './keys.ts';

/** A signature file of minisign, read. */
export interface Minisig {
  keyId: Buffer;
  /** The signature is of the BLAKE2b-512 of the bytes, not of themselves. */
  isPrehashed: boolean;
  signature: Buffer;
  /** Signed with it. */
  trustedComment: string;
  /** Of signature and trusted comment. */
  globalSignature: Buffer;
}

/**
 * Signs bytes, as `minisign -S` does.
 * @param trustedComment one line
 * @returns the text of the signature file
 * @see https://jedisct1.github.io/minisign/#signature-format
 */
export function signatureText(bytes: Buffer, { id, key }: SecretKey, trustedComment: string): string {
  const signature = sign(null, prehash(bytes), key);
  const globalSignature = sign(null, Buffer.concat([signature, Buffer.from(trustedComment)]), key);
  return [
    `untrusted comment: signed with the minisign key ${keyIdText(id)}`,
    Buffer.concat([Buffer.from('ED'), id, signature]).toString('base64'),
    `${TRUSTED}${trustedComment}`,
    globalSignature.toString('base64'),
    '',
  ].join('\n');
}

/** A signature file's content, or undefined where the text is not one. */
export function parseMinisig(text: string): Minisig | undefined {
  const lines = linesOf(text);
  if (lines.length !== 4 || !lines[0].startsWith('untrusted comment: ') || !lines[2].startsWith(TRUSTED))
    return undefined;
  const [own, globalSignature] = [base64Of(lines[1], 74), base64Of(lines[3], 64)];
  const algorithm = own?.toString('latin1', 0, 2);
  if (!own || !globalSignature || (algorithm !== 'ED' && algorithm !== 'Ed')) return undefined;
  return {
    keyId: own.subarray(2, 10),
    isPrehashed: algorithm === 'ED',
    signature: own.subarray(10),
    trustedComment: lines[2].slice(TRUSTED.length),
    globalSignature,
  };
}

/** What is wrong with a signature of these bytes by this key; undefined where nothing is. */
export function faultOfSignature(bytes: Buffer, minisig: Minisig, { id, key }: PublicKey): string | undefined {
  const { keyId, isPrehashed, signature, trustedComment, globalSignature } = minisig;
  if (!keyId.equals(id)) return `signed with the key ${keyIdText(keyId)}; the key given is ${keyIdText(id)}`;
  if (!verify(null, isPrehashed ? prehash(bytes) : bytes, key, signature))
    return 'not a signature of these bytes by this key; the package or the signature was changed';
  if (!verify(null, Buffer.concat([signature, Buffer.from(trustedComment)]), key, globalSignature))
    return 'its trusted comment was changed after it was signed';
  return undefined;
}

const TRUSTED = 'trusted comment: ';

function prehash(bytes: Buffer): Buffer {
  return createHash('blake2b512').update(bytes).digest();
}
