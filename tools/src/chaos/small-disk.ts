import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const PAGE = 4096;

/** A real small filesystem of its own. */
export interface SmallDisk {
  resize(bytes: number): void;
  setReadOnly(readOnly: boolean): void;
  unmount(): void;
}

const mounted = new Set<string>();
process.on('exit', () => mounted.forEach((path) => spawnSync('umount', ['-l', path])));

/** Mounts a tmpfs of that size at the folder. @throws Error where we have no right to */
export function mountSmallDisk(path: string, bytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  mount(['-t', 'tmpfs', '-o', `size=${bytes},mode=0755`, 'tmpfs', path]);
  mounted.add(path);
  return {
    resize: (size) => mount(['-o', `remount,size=${size}`, path]),
    setReadOnly: (readOnly) => mount(['-o', `remount,${readOnly ? 'ro' : 'rw'}`, path]),
    unmount: () => {
      spawnSync('umount', ['-l', path]);
      mounted.delete(path);
    },
  };
}

/** Why small filesystems cannot be made here; undefined where they can. */
export function whyNoSmallDisks(folder: string): string | undefined {
  const path = join(folder, 'may-mount');
  try {
    mountSmallDisk(path, PAGE).unmount();
    return undefined;
  } catch {
    return 'no permission to mount a small filesystem';
  } finally {
    rmdirSync(path);
  }
}

/** What a folder takes of a tmpfs: whole pages of files. */
export function pagesOf(folder: string): number {
  let bytes = 0;
  const names = readdirSync(folder, { withFileTypes: true });
  for (const entry of names) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += pagesOf(path);
    else bytes += Math.ceil(sizeOf(path) / PAGE) * PAGE;
  }
  return bytes;
}

/** 0 where the file has gone meanwhile. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function mount(args: string[]): void {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${error?.message ?? stderr}`);
}
