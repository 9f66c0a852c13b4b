import { realpath, stat } from 'node:fs/promises';
import { fromSystemError, UserError } from '@ehrsynth/io';
import { checkManifest } from './verify/check-manifest.ts';
import { checkOutcome, type Standing } from './verify/check-outcome.ts';
import { checkSums } from './verify/check-sums.ts';
import { Faults } from './verify/faults.ts';
import { readMembers } from './verify/members.ts';
import type { PublicKey } from './signature/keys.ts';
import { checkSignature, type SignatureState } from './signature/release-signature.ts';

export { PARTS } from './parts.ts';

export interface Verification {
  /** Number of plain files, beside SHA256SUMS and its signature. */
  files: number;
  /** Each says a file, what is wrong with it, and what to do, without characters that act on a terminal; none where the package is whole. */
  faults: string[];
  /** How the package stands to its own policy; undefined where that cannot be judged, which is a fault. */
  standing?: Standing;
  signature: SignatureState;
}

/**
 * Checks a release, of which nothing is trusted: every file is listed and has its checksum, in SHA256SUMS and in the manifest; nothing is
 * missing or added, hidden files and links included; the figures of the report meet the policy, and its outcome says what they say; with
 * a public key, that its owner signed SHA256SUMS. Whatever is damaged becomes a fault.
 * @throws UserError where there is no such folder
 */
export async function verifyRelease(
  folder: string,
  { publicKey }: { publicKey?: PublicKey } = {},
): Promise<Verification> {
  const faults = new Faults();
  const members = await readMembers(await rootOf(folder), faults);
  if (members.byPath.size === 0) {
    faults.add('the folder', 'empty; it contains no release');
    return { files: 0, faults: faults.list, signature: { state: 'absent' } };
  }
  checkSums(members, faults);
  checkManifest(members, faults);
  const standing = checkOutcome(members, faults);
  const signature = checkSignature(members, publicKey, faults);
  return { files: members.files, faults: faults.list, standing, signature };
}

/** The folder may be given by a link; what lies in it may not be one. */
async function rootOf(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw fromSystemError(error, folder, 'read');
  }
  throw new UserError('not-a-folder', 2, 'Not a folder', {
    where: folder,
    todo: 'Give the folder that `ehrsynth release` wrote; if it is an archive, unpack it first.',
  });
}
