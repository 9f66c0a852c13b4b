import { rmSync } from 'node:fs';

const paths = new Set<string>();

process.on('exit', () => paths.forEach((path) => rmSync(path, { recursive: true, force: true })));

/** Removes a file or folder when this process ends, however it ends. */
export function removeAtExit(path: string): void {
  paths.add(path);
}

/** Leaves it alone again. */
export function keepAtExit(path: string): void {
  paths.delete(path);
}
