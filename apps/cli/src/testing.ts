import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { main } from './main.ts';

/** For a file of tests: a folder of its own, and command lines run in this process with what they print. */
export function commandLine() {
  let folder: string;
  let printed: string[] = [];
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'cli-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    printed = [];
    const keep = (...words: unknown[]) => void printed.push(words.join(' '));
    vi.spyOn(console, 'log').mockImplementation(keep);
    vi.spyOn(console, 'error').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (printed.push(String(text)), true));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = 0;
  });
  return {
    /** A path in the folder. */
    at: (...parts: string[]) => join(folder, ...parts),
    /** Runs a command line in which @name stands for a path in the folder. */
    ehrsynth: (line: string) =>
      main(['node', 'ehrsynth', ...line.split(' ').map((word) => word.replace(/^@/, `${folder}/`))]),
    output: () => printed.join('\n'),
    forget: () => void (printed = []),
  };
}
