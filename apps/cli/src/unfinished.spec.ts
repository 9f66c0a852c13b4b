import { afterEach, expect, it, vi } from 'vitest';
import { guardExit } from './unfinished.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** What a work that is watched over has added to the listeners of an event. */
function listenersOf(event: 'beforeExit' | 'exit', work: () => () => void) {
  const before = new Set(process.listeners(event as 'exit'));
  const finished = work();
  const added = process.listeners(event as 'exit').filter((listener) => !before.has(listener));
  return { added, finished };
}

it('ends with 3 and words where nothing is left to wait for before the work is done', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { added, finished } = listenersOf('beforeExit', guardExit);
  process.exitCode = 0;
  for (const listener of added) listener(0);
  expect(process.exitCode).toBe(3);
  expect(said.mock.calls.join()).toMatch(/ended before it was finished/);
  finished();
  expect(listenersOf('beforeExit', () => () => {}).added).toEqual([]);
});

it('turns no other exit code into another, and 0 into 3', () => {
  const { added, finished } = listenersOf('exit', guardExit);
  for (const [code, wanted] of [
    [130, 130],
    [1, 1],
    [0, 3],
  ]) {
    process.exitCode = code;
    for (const listener of added) listener(code);
    expect(process.exitCode).toBe(wanted);
  }
  finished();
  expect(process.listeners('exit').some((listener) => added.includes(listener))).toBe(false);
});
