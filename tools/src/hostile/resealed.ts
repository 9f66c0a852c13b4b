import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder's run.json agree with its files again, as whoever changed them would: the sums of the chain prove nothing then. */
export function reseal(folder: string): void {
  const path = join(folder, 'run.json');
  const run = JSON.parse(readFileSync(path, 'utf8')) as {
    outputs: { name: string; bytes: number; sha256: string }[];
  };
  for (const file of run.outputs) {
    const bytes = readFileSync(join(folder, file.name));
    file.bytes = bytes.length;
    file.sha256 = createHash('sha256').update(bytes).digest('hex');
  }
  writeFileSync(path, JSON.stringify(run));
}
