import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Only within the namespace is anything mounted there. */
const ROOT = join(tmpdir(), `ehrsynth-root-${process.pid}`);
process.on('exit', () => existsSync(ROOT) && rmdirSync(ROOT));

/** Ends with 99 rather than go on where anything but the case's folder could be written. */
const SCRIPT = `set -e
root=$1 repository=$2 case=$3 nest=$4
shift 4
mount --bind / "$root"
mount -o remount,bind,ro "$root"
mount --bind "$repository" "$root$repository"
mount -o remount,bind,ro "$root$repository"
mount --bind "$case" "$root$case"
if touch "$root/writable" 2> /dev/null || touch "$root$repository/writable" 2> /dev/null; then exit 99; fi
exec chroot "$root" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$nest" "$@"`;

/**
 * Words to put before a command that could delete what is on this machine: it then sees the machine read-only, but for one folder,
 * in a mount namespace that goes with it. @param nest in which the command runs
 */
export function inIsolatedRoot(folder: string, nest: string): string[] {
  mkdirSync(ROOT, { recursive: true });
  return [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    '/bin/sh',
    '-c',
    SCRIPT,
    'sh',
    ROOT,
    REPOSITORY,
    folder,
    nest,
  ];
}

/** Why that cannot be done here; undefined where it can. */
export function whyNoIsolation(folder: string): string | undefined {
  const nest = join(folder, 'isolated');
  mkdirSync(nest, { recursive: true });
  const [program, ...words] = inIsolatedRoot(nest, nest);
  const { status } = spawnSync(program, [...words, process.execPath, '--eval', 'process.exit(42)']);
  return status === 42 ? undefined : 'no permission to make a read-only root';
}
