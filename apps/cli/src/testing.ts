import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { main } from './main.ts';

/** A policy that a small cohort and a simple model can be held to. */
export const LENIENT = `gates:
  membership-sets: 0.7
  membership-counts: 0.7
  membership-density: 0.75
  exact-copies: 0.2
  near-copies: 0.2
  real-patients: 0.3
  closer-to-training: 0.5
  privacy-loss: 0.5
  attribute-inference: 0.6
  singling-out: 0.4
  linkability: 0.9
  inference: 0.6
  identity-disclosure: 0.5
  history-membership: 0.7
  history-membership-density: 0.75
  sequence-copies: 0.2
  partial-sequence-copies: 0.2
  near-sequence-copies: 0.2
  histories-closer-to-training: 0.5
  outcome-prediction: 0.9
  dimension-wise-prediction: 0.9
  prevalence-shortfall: 1.9
  record-length: 0.9
  coverage: 0.9
  discriminator: 0.999
accept: { too-few-to-tell: [linkability] }
`;

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
