import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError, printable, writeFileAtomic } from '@ehrsynth/io';
import { SIGNATURE, SUMS } from '../parts.ts';
import type { Faults } from '../verify/faults.ts';
import { type Members, textOf } from '../verify/members.ts';
import { keyIdText, type PublicKey, type SecretKey } from './keys.ts';
import { faultOfSignature, parseMinisig, signatureText } from './minisig.ts';

/** What is known of a package's signature; the trusted comment says when it was signed. */
export type SignatureState =
  | { state: 'absent' | 'bad' }
  | { state: 'not checked'; keyId: string }
  | { state: 'good'; keyId: string; comment: string };

/**
 * Signs a package: SHA256SUMS.minisig over SHA256SUMS, which has the checksums of all other files. `minisign -Vm SHA256SUMS` checks it.
 * @param time seconds since 1970
 * @throws UserError where the folder has no SHA256SUMS or cannot be written
 */
export async function signRelease(folder: string, key: SecretKey, time = Math.floor(Date.now() / 1000)): Promise<void> {
  const sums = join(folder, SUMS);
  const bytes = await readFile(sums).catch((error) => {
    throw fromSystemError(error, sums, 'read');
  });
  const comment = `timestamp:${time}\tfile:${SUMS}\thashed`;
  await writeFileAtomic(join(folder, SIGNATURE), signatureText(bytes, key, comment));
}

/** Checks the signature of a package; without a key, that it is one. */
export function checkSignature(members: Members, publicKey: PublicKey | undefined, faults: Faults): SignatureState {
  if (!members.byPath.has(SIGNATURE)) {
    if (publicKey) faults.add(SIGNATURE, 'missing; this package is not signed');
    return { state: 'absent' };
  }
  const text = textOf(members, SIGNATURE, faults);
  if (text === undefined) return { state: 'bad' };
  const minisig = parseMinisig(text);
  if (!minisig) {
    faults.add(SIGNATURE, 'not a minisign signature; it was changed, get it again');
    return { state: 'bad' };
  }
  const keyId = keyIdText(minisig.keyId);
  if (!publicKey) return { state: 'not checked', keyId };
  const bytes = members.byPath.get(SUMS)?.content;
  const fault = bytes ? faultOfSignature(bytes, minisig, publicKey) : `there is no ${SUMS} to check it against`;
  if (fault) faults.add(SIGNATURE, fault);
  return fault
    ? { state: 'bad' }
    : { state: 'good', keyId, comment: printable(minisig.trustedComment.replaceAll('\t', ' ')) };
}
