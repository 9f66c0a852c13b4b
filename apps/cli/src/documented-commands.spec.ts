import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';

const text = readFileSync(fileURLToPath(new URL('../../../docs/scale.md', import.meta.url)), 'utf8');

/** Command lines of the document, one each; what begins with ehrsynth and is set apart. */
const lines = text
  .replaceAll(/ *\\\n\s*/g, ' ')
  .split('\n')
  .flatMap((line) => /^ {4,}(?:npm run ehrsynth -- |ehrsynth )(.+?)(?: {2,}.*)?$/.exec(line)?.[1] ?? []);

const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, ...found]) => found.find((word) => word !== undefined)!);

/** What the parser says of a command line, without doing it. */
async function parsed(line: string): Promise<string> {
  const [first, ...rest] = wordsOf(line);
  const command = await COMMANDS[first].load();
  const quiet = (one: Command): Command => {
    one.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    if (one.commands.length === 0) one.action(() => {});
    one.commands.forEach(quiet);
    return one;
  };
  try {
    await quiet(command).parseAsync(rest, { from: 'user' });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

it('the command lines of docs/scale.md are ones that the program takes', async () => {
  expect(lines.length).toBeGreaterThan(6);
  for (const line of lines) expect([line, await parsed(line)]).toEqual([line, '']);
  expect(await parsed('generate model -n 10 -o out --shards 3')).toContain("unknown option '--shards'");
});
