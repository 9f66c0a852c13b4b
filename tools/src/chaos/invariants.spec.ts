import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@ehrsynth/random';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../outside/cli.ts';
import { digestOf } from './digest.ts';
import { afterRecovery, afterTrouble } from './invariants.ts';
import { type Baseline, Run } from './run.ts';

const ended = (more: Partial<Ended>): Ended => ({
  output: 'The disk is full\n',
  hung: false,
  seconds: 1,
  ...more,
});
const done = ended({ code: 0, output: '' });
const full = ended({ code: 3 });
const killed = ended({ signal: 'SIGKILL', output: '' });

let top: string;
let run: Run;
let baseline: Baseline;
const write = (name: string, content = 'x') => {
  mkdirSync(join(run.folder, name, '..'), { recursive: true });
  writeFileSync(join(run.folder, name), content, { mode: 0o600 });
};
const writeOutput = (content = 'x') => {
  write('disk/out/a.csv', content);
  write('disk/out/b.csv', content);
  chmodSync(join(run.folder, 'disk/out'), 0o700);
};

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'invariants-'));
  writeFileSync(join(top, 'in.txt'), 'input');
  const world = {
    folder: top,
    copyInto: (folder: string, names: readonly string[]) =>
      names.forEach((name) => cpSync(join(top, name), join(folder, name))),
  };
  const command = { name: 'x', args: '', needs: ['in.txt'], earlier: 'x', confidential: true };
  run = new Run(command, world, join(top, 'run'), new Rng(1));
  writeOutput();
  baseline = { output: digestOf(run.outPath)!, seconds: 1, firstWriteSeconds: 0, peak: 1 };
  rmSync(run.outPath, { recursive: true });
});
afterEach(() => rmSync(top, { recursive: true }));

describe('after trouble', () => {
  it('the whole with exit code 0, and nothing with another, is right; so is the whole of a killed one', () => {
    expect(afterTrouble(run, full, baseline)).toEqual([]);
    expect(afterTrouble(run, killed, baseline)).toEqual([]);
    writeOutput();
    expect(afterTrouble(run, done, baseline)).toEqual([]);
    expect(afterTrouble(run, killed, baseline)).toEqual([]);
  });

  it.each<[string, () => Ended]>([
    ['exit code 0, but there is no output', () => done],
    ['exit code 0, but the output differs from that', () => (write('disk/out/a.csv'), done)],
    ['exit code 0, but the output differs from that', () => (writeOutput('y'), done)],
    ['a part of the output', () => (write('disk/out/a.csv'), full)],
    ['a part of the output', () => (write('disk/out/a.csv'), killed)],
    ['left beside the output: .out.partial-3', () => (write('disk/.out.partial-3/a'), full)],
    ['left in TMPDIR: records', () => (write('tmp/records'), killed)],
    ['the input in.txt was changed', () => (write('in.txt', 'other'), full)],
    ['failed without a message', () => ended({ code: 1, output: '' })],
    ['did not end within', () => ended({ hung: true, signal: 'SIGKILL' })],
  ])('%s', (fault, happen) => {
    expect(afterTrouble(run, happen(), baseline).join()).toContain(fault);
  });

  it('an earlier output stays, or makes way for the whole new one', () => {
    writeOutput('earlier');
    const earlier = digestOf(run.outPath)!;
    expect(afterTrouble(run, killed, baseline, earlier)).toEqual([]);
    write('disk/out/a.csv');
    expect(afterTrouble(run, killed, baseline, earlier).join()).toContain('neither the earlier output nor');
    write('disk/out/b.csv');
    expect(afterTrouble(run, killed, baseline, earlier)).toEqual([]);
    rmSync(run.outPath, { recursive: true });
    expect(afterTrouble(run, killed, baseline, earlier).join()).toContain('the earlier output is gone');
  });
});

describe('after the next run', () => {
  it('only the output is there, for its owner alone', () => {
    writeOutput();
    expect(afterRecovery(run, done, baseline)).toEqual([]);
  });

  it.each<[string, () => Ended]>([
    ['exit code 3: The disk is full', () => full],
    ['there is no output', () => (rmSync(run.outPath, { recursive: true }), done)],
    ['differs from that of an undisturbed run: ≠ a.csv', () => (write('disk/out/a.csv', 'y'), done)],
    ['left beside the output', () => (write('disk/.out.partial-3/a'), done)],
    ['left in TMPDIR', () => (write('tmp/x'), done)],
    ['open to others: a.csv', () => (chmodSync(join(run.outPath, 'a.csv'), 0o644), done)],
  ])('%s', (fault, happen) => {
    writeOutput();
    expect(afterRecovery(run, happen(), baseline).join()).toContain(fault);
  });
});
