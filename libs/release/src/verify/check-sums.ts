import { MANIFEST, PARTS, SIGNATURE, SUMS } from '../parts.ts';
import type { Faults } from './faults.ts';
import { type Members, textOf } from './members.ts';
import { collisions, faultOfPath } from './plain-path.ts';

/** What no release is without; a licence may not have been chosen. */
const NEEDED = [...Object.values(PARTS).filter((path) => path !== PARTS.license), MANIFEST];

/** Every file is in SHA256SUMS with its checksum, and every file of SHA256SUMS is there. */
export function checkSums(members: Members, faults: Faults): void {
  const { byPath } = members;
  if (!byPath.has(SUMS)) faults.add(SUMS, 'missing; nothing can be checked against it');
  const text = textOf(members, SUMS, faults);
  const listed = parseSums(text ?? '', faults);
  for (const [path, member] of byPath) {
    if (text === undefined || !member || path === SUMS || path === SIGNATURE) continue;
    const sum = listed.get(path);
    if (sum === undefined) faults.add(path, `not in ${SUMS}; it was added later`);
    else if (sum !== member.sum)
      faults.add(path, `its checksum differs from that in ${SUMS}; it was changed, get it again`);
  }
  for (const path of listed.keys()) if (!byPath.has(path)) faults.add(path, 'missing');
  for (const path of NEEDED)
    if (!byPath.has(path) && !listed.has(path)) faults.add(path, 'missing; every release has it');
  if (![...byPath].some(([path, member]) => member && path.startsWith('data/')))
    faults.add('data/', 'missing; there are no records');
  for (const [later, before] of collisions([...byPath.keys(), ...listed.keys()]))
    faults.add(
      later,
      `its name differs from ${before} only in case or in the form of accents; some systems treat them as one file`,
    );
}

/** Faulty lines after which the file is not one of checksums. */
const LINES_NAMED = 50;

function parseSums(text: string, faults: Faults): Map<string, string> {
  const listed = new Map<string, string>();
  const before = faults.list.length;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (faults.list.length - before >= LINES_NAMED) {
      faults.add(SUMS, 'and more such lines; the rest was not read');
      break;
    }
    const [, sum, path] = /^([0-9a-f]{64}) [ *](.+)$/s.exec(line) ?? [];
    const fault = path === undefined ? undefined : (faultOfPath(path) ?? faultOfListing(path, listed));
    if (path === undefined) faults.add(SUMS, `a line is not a checksum and a path: ${line.slice(0, 80)}`);
    else if (fault) faults.add(SUMS, `it lists ${fault}: ${path}`);
    else listed.set(path, sum);
  }
  return listed;
}

function faultOfListing(path: string, listed: Map<string, string>): string | undefined {
  if (listed.has(path)) return 'a file twice';
  return path === SUMS || path === SIGNATURE ? 'a file that is written after it' : undefined;
}
