import { describe, expect, it, vi } from 'vitest';
import { COMMANDS } from './commands.ts';
import { commandLine } from './testing.ts';

const { ehrsynth, output } = commandLine();

/** What a command line prints to stdout, where commander writes its help. */
async function printed(line: string): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  expect(await ehrsynth(line)).toBe(0);
  return write.mock.calls.map(([text]) => String(text)).join('');
}

describe('help', () => {
  it('lists every command with what it does, but for those that programs start', async () => {
    const help = (await printed('--help')).replace(/\s+/g, ' ');
    for (const [name, { about, isHidden = false }] of Object.entries(COMMANDS))
      expect(help.includes(` ${name} ${about}`)).toBe(!isHidden);
  });

  it.each(['merge --help', 'help merge'])('%s shows the options of that one', async (line) => {
    expect(await printed(line)).toMatch(/Usage: ehrsynth merge[\s\S]*merge the parts[\s\S]*--out <folder>/);
  });

  it('a command of another name is wrong usage, and the nearest is named', async () => {
    expect(await ehrsynth('trian cohort -o model')).toBe(2);
    expect(output()).toMatch(/unknown command 'trian'\n\(Did you mean train\?\)/);
  });
});
