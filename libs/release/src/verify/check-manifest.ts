import { z } from 'zod';
import { MANIFEST, SIGNATURE, SUMS } from '../parts.ts';
import { arrayUpTo } from './bounds.ts';
import type { Faults } from './faults.ts';
import { jsonOf, type Members } from './members.ts';
import { faultOfPath } from './plain-path.ts';

const Manifest = z.looseObject({
  resources: arrayUpTo(100_000, z.looseObject({ path: z.string(), hash: z.string(), bytes: z.number() })),
});

/** Every file is in datapackage.json with its checksum and size, except for itself, SHA256SUMS and its signature. */
export function checkManifest(members: Members, faults: Faults): void {
  const manifest = jsonOf(members, MANIFEST, Manifest, faults);
  if (!manifest) return;
  const { byPath } = members;
  const listed = new Set<string>();
  for (const { path, hash, bytes } of manifest.resources) {
    const member = byPath.get(path);
    const fault = faultOfPath(path) ?? faultOfListing(path, listed);
    listed.add(path);
    if (fault) faults.add(MANIFEST, `it lists ${fault}: ${path}`);
    else if (!byPath.has(path)) faults.add(path, `missing, although listed in ${MANIFEST}`);
    else if (member && `sha256:${member.sum}` !== hash)
      faults.add(path, `its checksum differs from that in ${MANIFEST}`);
    else if (member && member.bytes !== bytes) faults.add(path, `its size differs from that in ${MANIFEST}`);
  }
  for (const [path, member] of byPath)
    if (member && !listed.has(path) && !OUTSIDE.includes(path)) faults.add(path, `not in ${MANIFEST}`);
}

const OUTSIDE: readonly string[] = [MANIFEST, SUMS, SIGNATURE];

function faultOfListing(path: string, listed: Set<string>): string | undefined {
  if (listed.has(path)) return 'a file twice';
  return OUTSIDE.includes(path) ? 'a file that is written after it' : undefined;
}
