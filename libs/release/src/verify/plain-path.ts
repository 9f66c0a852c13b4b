/**
 * What keeps a path from being one of a package's files, or undefined where nothing does: plain paths have slashes, start in the package
 * and stay in it, and have one spelling.
 */
export function faultOfPath(path: string): string | undefined {
  if (path === '') return 'an empty path';
  if (/[\p{Cc}\u2028\u2029]/u.test(path)) return 'a path with control characters';
  if (path.includes('\\')) return 'a path with a backslash';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'an absolute path; paths must be relative to the package';
  const segments = path.split('/');
  if (segments.includes('..')) return 'a path with .. in it, which may leave the package';
  if (segments.includes('.') || segments.includes('')) return 'a path with an empty part or a dot as a part';
  return undefined;
}

/** Paths that a file system without capitals, or with another form of accents, takes for one: each later one and the one before it. */
export function collisions(paths: Iterable<string>): [later: string, before: string][] {
  const seen = new Map<string, string>();
  const found: [string, string][] = [];
  for (const path of paths) {
    const folded = path.normalize('NFC').toLowerCase();
    const before = seen.get(folded);
    if (before === undefined) seen.set(folded, path);
    else if (before !== path) found.push([path, before]);
  }
  return found;
}
