import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { KeyError } from './errors.ts';

/** An Ed25519 key that signatures are checked with. */
export interface PublicKey {
  /** Eight bytes, by which a signature says whose it is. */
  id: Buffer;
  key: KeyObject;
}

/** An Ed25519 key that signs. */
export interface SecretKey {
  id: Buffer;
  /** 32 bytes, from which the key follows. */
  seed: Buffer;
  key: KeyObject;
}

/** A new key with a number of its own, from the system's secure generator. */
export function newSecretKey(): SecretKey {
  const { d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return secretKeyOf(randomBytes(8), Buffer.from(d!, 'base64url'));
}

export function secretKeyOf(id: Buffer, seed: Buffer): SecretKey {
  // PKCS #8 of Ed25519 (RFC 8410): a fixed head, then the seed.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return { id, seed, key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}

export function publicKeyOf({ id, key }: SecretKey): PublicKey {
  return { id, key: createPublicKey(key) };
}

/** 32 bytes. */
export function rawPublicKey({ key }: PublicKey): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');
}

/** As minisign prints it: 16 hexadecimal digits. */
export function keyIdText(id: Uint8Array): string {
  return Buffer.from(id).reverse().toString('hex').toUpperCase();
}

/** A public key file, as minisign writes it. */
export function publicKeyText(key: PublicKey): string {
  const bytes = Buffer.concat([Buffer.from('Ed'), key.id, rawPublicKey(key)]);
  return `untrusted comment: minisign public key ${keyIdText(key.id)}\n${bytes.toString('base64')}\n`;
}

/**
 * Reads a public key: the file's two lines, or its base64 alone.
 * @param where what it was read from, for messages
 * @throws KeyError
 */
export function parsePublicKey(text: string, where?: string): PublicKey {
  const lines = linesOf(text);
  const bytes = base64Of(lines.at(-1) ?? '', 42);
  if (lines.length > 2 || !bytes || bytes.toString('latin1', 0, 2) !== 'Ed')
    throw new KeyError(
      'Not a public key in minisign’s format',
      where,
      'Give the .pub file of `ehrsynth release keygen` or `minisign -G`, or its second line.',
    );
  // SubjectPublicKeyInfo of Ed25519 (RFC 8410): a fixed head, then the key.
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(10)]);
  return { id: bytes.subarray(2, 10), key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** Lines without what ends them. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The bytes, where the text is base64 of so many of them, in the one spelling that it has. */
export function base64Of(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length && bytes.toString('base64') === text ? bytes : undefined;
}
