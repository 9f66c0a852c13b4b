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

  it('shows defaults as they are typed', async () => {
    const help = await printed('compare --help');
    expect(help).toMatch(/--seeds <numbers>[^-]*\(default: 1\)/);
    expect(help).not.toMatch(/default: [[{]/);
  });

  it.each([
    ['sandbox --port 99999', /'99999' is invalid\. Must be a whole number from 0 to 65535/],
    ['train cohort -o model -m best', /'best' is invalid\. Must be one of auto, /],
    [
      'site patients --listen localhost:99999 --cert c --key k --ca a --coordinator hub',
      /a port must be from 0 to 65535/,
    ],
    ['push README.md --server nowhere -o receipt', /Not the URL of a server[^]*Give the base URL of the FHIR server/],
  ])('%s is refused with what is wanted', async (line, message) => {
    expect(await ehrsynth(line)).toBe(2);
    expect(output()).toMatch(message);
    expect(output()).not.toContain('clock');
  });

  it('a command of another name is wrong usage, and the nearest is named', async () => {
    expect(await ehrsynth('trian cohort -o model')).toBe(2);
    expect(output()).toMatch(/unknown command 'trian'\n\(Did you mean train\?\)/);
  });
});
