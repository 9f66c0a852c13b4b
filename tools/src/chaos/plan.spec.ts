import { expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { plannedRuns } from './plan.ts';

const options = {
  seed: 1,
  only: [],
  markdown: false,
  list: false,
  keep: false,
  jobs: 1,
  work: '',
  tidy: () => {},
};

it('every command, in more than 200 runs, each with a name of its own', () => {
  const runs = plannedRuns(options);
  expect(new Set(runs.map(({ name }) => name)).size).toBe(runs.length);
  expect(runs.length).toBeGreaterThan(200);
  for (const { name, diskSizes } of COMMANDS) {
    const own = runs.filter(({ row }) => row === name).map(({ column }) => column);
    expect(own).toEqual(expect.arrayContaining(['kill -9', 'SIGSTOP', ...(diskSizes ? ['full disk'] : [])]));
  }
});

it('draws as many as are asked for, the same for a seed, over all commands', () => {
  const drawn = plannedRuns({ ...options, runs: 90 }).map(({ name }) => name);
  expect(drawn.length).toBe(90);
  expect(plannedRuns({ ...options, runs: 90 }).map(({ name }) => name)).toEqual(drawn);
  expect(plannedRuns({ ...options, runs: 90, seed: 2 }).map(({ name }) => name)).not.toEqual(drawn);
  const rows = new Set(drawn.map((name) => name.split('/')[0]));
  expect(COMMANDS.every(({ name }) => rows.has(name))).toBe(true);
});

it('a name repeats one run', () => {
  const only = ['merge/SIGTERM/1', 'simulate/full disk/2'];
  expect(plannedRuns({ ...options, only }).map(({ name }) => name)).toEqual(only.reverse());
});
