import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { blake2b } from '@noble/hashes/blake2.js';
import { KeyError } from './errors.ts';
import { base64Of, keyIdText, linesOf, publicKeyOf, rawPublicKey, type SecretKey, secretKeyOf } from './keys.ts';

/** How much a password costs to try; libsodium's "sensitive", as minisign takes: 1 GB and some seconds. */
export const SENSITIVE: Cost = { operations: 33_554_432, memory: 1_073_741_824 };

export interface Cost {
  operations: number;
  /** Bytes. */
  memory: number;
}

/**
 * A secret key file, as minisign writes it: signature algorithm, key derivation, kind of checksum, salt, cost, and the key's id, seed and
 * public key with a checksum, these four xored with what scrypt derives from the password.
 * @param password without one the key is stored as it is
 * @see https://jedisct1.github.io/minisign/#secret-key-format
 */
export async function secretKeyText(secret: SecretKey, password?: string, cost = SENSITIVE): Promise<string> {
  const own = Buffer.concat([secret.id, secret.seed, rawPublicKey(publicKeyOf(secret))]);
  const head = (derivation: string) => Buffer.from(`Ed${derivation}B2`, 'latin1');
  let bytes = Buffer.concat([head('\0\0'), Buffer.alloc(SALT + 16), own, Buffer.alloc(CHECKSUM)]);
  if (password !== undefined) {
    const salt = randomBytes(SALT);
    const plain = Buffer.concat([own, checksumOf(own)]);
    bytes = Buffer.concat([head('Sc'), salt, costBytes(cost), xor(plain, await derived(password, salt, cost))]);
  }
  return `untrusted comment: minisign ${password === undefined ? '' : 'encrypted '}secret key ${keyIdText(secret.id)}\n${bytes.toString('base64')}\n`;
}

/**
 * Reads a secret key file.
 * @param password asked for where the key has one
 * @throws KeyError where it is not one, is damaged, or has another password
 */
export async function parseSecretKey(text: string, where: string, password: () => Promise<string>): Promise<SecretKey> {
  const lines = linesOf(text);
  const bytes = base64Of(lines.at(-1) ?? '', 6 + SALT + 16 + OWN + CHECKSUM);
  const [algorithm, derivation, check] = [0, 2, 4].map((at) => bytes?.toString('latin1', at, at + 2));
  if (lines.length > 2 || !bytes || algorithm !== 'Ed' || check !== 'B2' || !['Sc', '\0\0'].includes(derivation!))
    throw new KeyError(
      'Not a secret key in minisign’s format',
      where,
      'Make one with `ehrsynth release keygen`, or `minisign -G`.',
    );
  const salt = bytes.subarray(6, 6 + SALT);
  let rest: Buffer = bytes.subarray(6 + SALT + 16);
  if (derivation === 'Sc') {
    rest = xor(rest, await derived(await password(), salt, costOf(bytes.subarray(6 + SALT), where)));
    if (!checksumOf(rest.subarray(0, OWN)).equals(rest.subarray(OWN)))
      throw new KeyError(
        'The password does not open the key, or the key is damaged',
        where,
        'Give its password in EHRSYNTH_SIGN_PASSWORD, or type it when asked.',
      );
  }
  const secret = secretKeyOf(Buffer.from(rest.subarray(0, 8)), Buffer.from(rest.subarray(8, 40)));
  if (!rawPublicKey(publicKeyOf(secret)).equals(rest.subarray(40, OWN)))
    throw new KeyError(
      'The secret key is damaged: its public half belongs to a different key',
      where,
      'Restore it from a backup.',
    );
  return secret;
}

const SALT = 32;
/** Id, seed and public key. */
const OWN = 8 + 32 + 32;
const CHECKSUM = 32;

/** BLAKE2b-256 of algorithm, id and key. */
function checksumOf(own: Buffer): Buffer {
  return Buffer.from(blake2b(Buffer.concat([Buffer.from('Ed'), own]), { dkLen: CHECKSUM }));
}

function xor(bytes: Buffer, stream: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, i) => byte ^ stream[i]));
}

function costBytes({ operations, memory }: Cost): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(operations), 0);
  bytes.writeBigUInt64LE(BigInt(memory), 8);
  return bytes;
}

function costOf(bytes: Buffer, where: string): Cost {
  const [operations, memory] = [0, 8].map((at) => Number(bytes.readBigUInt64LE(at)));
  if (operations > 4 * SENSITIVE.operations || memory > 2 * SENSITIVE.memory)
    throw new KeyError(
      'The key file requires more memory or time to open than any key needs',
      where,
      'Restore it from a backup; it may be damaged.',
    );
  return { operations, memory };
}

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** scrypt, its parameters from the cost as libsodium has them (crypto_pwhash_scryptsalsa208sha256). */
function derived(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const r = 8;
  const operations = Math.max(32_768, cost.operations);
  const byMemory = operations >= cost.memory / 32;
  const most = byMemory ? cost.memory / (r * 128) : operations / (r * 4);
  let log = 1;
  while (log < 63 && 2 ** log <= most / 2) log++;
  const N = 2 ** log;
  const p = byMemory ? Math.max(1, Math.floor(Math.min(operations / 4 / N, 0x3fffffff) / r)) : 1;
  return scryptAsync(password, salt, OWN + CHECKSUM, { N, r, p, maxmem: 128 * r * (N + p + 2) + (1 << 20) });
}
