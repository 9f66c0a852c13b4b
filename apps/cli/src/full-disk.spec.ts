import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();

/** A disk of so many KB at a folder; false without the right to mount one. */
function mount(kilobytes: number): boolean {
  mkdirSync(at('disk'), { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'none', at('disk')]).status === 0;
}
// At once, though a stream of the failed run may still be closing.
const unmount = () => spawnSync('umount', ['-l', at('disk')]).status === 0;
afterEach(() => void (existsSync(at('disk')) && unmount()));

it('a command on a disk that is full says so, ends with 3, and leaves nothing behind', async ({ skip }) => {
  if (!mount(4) || !unmount()) skip('needs the right to mount a small disk');
  expect(await ehrsynth('simulate --world sets -n 200 -o @source')).toBe(0);
  for (const kilobytes of [4, 40]) {
    for (const command of [
      'ingest fhir @source -o @disk/out',
      'simulate --world sets -n 200 -o @disk/out --omop csv',
    ]) {
      mount(kilobytes);
      forget();
      expect(await ehrsynth(command), `${command} on ${kilobytes} KB: ${output()}`).toBe(3);
      expect(output()).toMatch(/The disk is full\n {2}at /);
      expect(readdirSync(at('disk'))).toEqual([]);
      unmount();
    }
  }
});
