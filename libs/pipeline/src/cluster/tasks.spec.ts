import { version } from '@ehrsynth/io';
import { expect, it } from 'vitest';
import { runTask } from './tasks.ts';

async function* lines(...texts: string[]) {
  yield* texts;
}

async function written(name: string, ...texts: string[]): Promise<string> {
  let text = '';
  for await (const line of runTask(name, lines(...texts), { folders: {} })) text += line;
  return text;
}

it('a task writes a line for each row; one that this version lacks is named', async () => {
  expect(await written('check', 'version')).toBe(`${version()}\n`);
  await expect(written('constructor', '')).rejects.toThrow(/no task "constructor"[^]*the same version/);
});
