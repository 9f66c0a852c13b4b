import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandNode, commandTree, withDescendants } from './command-tree.ts';
import { completionScript, SHELLS } from './completion.ts';
import { COMMANDS } from './commands.ts';
import { manPages } from './man-page.ts';

let tree: CommandNode;
let folder: string;
beforeAll(async () => {
  tree = await commandTree();
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  for (const shell of SHELLS) writeFileSync(join(folder, shell), completionScript(shell, tree));
});
afterAll(() => rmSync(folder, { recursive: true }));

const isThere = (command: string) => spawnSync(command, ['--version']).status === 0;

/** What bash offers after these words, the last one begun. */
function offered(...words: string[]): string[] {
  const script = `source ${folder}/bash; COMP_WORDS=(ehrsynth "$@"); COMP_CWORD=$#; _ehrsynth; echo "\${COMPREPLY[*]}"`;
  return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    .split(/\s+/)
    .filter(Boolean);
}

/** Commands that --help lists. */
const SHOWN = Object.keys(COMMANDS).filter((name) => !COMMANDS[name].isHidden);

describe.skipIf(!isThere('bash'))('bash', () => {
  it('completes commands, the commands under them, and their options', () => {
    expect(offered('')).toEqual(SHOWN);
    expect(offered('ingest', '')).toEqual(['fhir', 'omop', 'meds', 'csv', 'parquet', 'npz']);
    expect(offered('ingest', 'fhir', 'EXPORT', '--ki')).toEqual(['--kinds']);
    expect(offered('ingest', '--ki')).toEqual([]);
  });

  it('offers what an option may be, and leaves files to the shell', () => {
    expect(offered('bundle', '--arch', '')).toEqual(['x64', 'arm64']);
    expect(offered('simulate', '--world', 's')).toEqual(['sets']);
    expect(offered('train', 'cohort', '-o', '')).toEqual([]);
    expect(offered('train', '')).toEqual([]);
  });
});

it.each(['zsh', 'fish'] as const)('%s has every command and option', (shell) => {
  const script = completionScript(shell, tree);
  for (const { options } of withDescendants(tree))
    for (const { names } of options)
      expect(script).toContain(shell === 'fish' ? `-l ${names.at(-1)!.slice(2)}` : names.at(-1)!);
  if (isThere(shell)) expect(spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' }).stderr).toBe('');
});

describe('manual pages', () => {
  it('are of every command, with the options of those under it', () => {
    const pages = manPages(tree);
    expect([...pages.keys()]).toEqual(['ehrsynth.1', ...SHOWN.map((name) => `ehrsynth-${name}.1`)]);
    expect(pages.get('ehrsynth.1')).toMatch(/\.BR ehrsynth\\-ingest \(1\)/);
    const page = pages.get('ehrsynth-export.1')!;
    expect(page).toMatch(/^\.SH OMOP$[\s\S]*\\-\\-format <[a-z]+>/m);
    expect(page).toMatch(/^\.SH EXIT STATUS$/m);
  });

  it.skipIf(!isThere('groff'))('are understood by groff without a warning', () => {
    for (const [name, page] of manPages(tree)) {
      const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: page, encoding: 'utf8' });
      expect(stderr, name).toBe('');
      expect(stdout).toMatch(/signal +stopped/);
    }
  });
});
