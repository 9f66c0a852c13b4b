import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  lockOutput,
  ProtectedPlaceError,
  restoreReplaced,
  stageFolder,
  temporaryFolder,
  UserError,
  writeFileAtomic,
} from './index.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'stage-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The number of a process that has ended. */
const killed = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('output', () => {
  it('removes what a killed process left, and leaves alone what a living one is writing', async () => {
    const [abandoned, other] = [`.out.partial-${killed()}`, `.out.partial-${process.ppid}`];
    for (const name of [abandoned, other]) mkdirSync(join(folder, name));
    const given = await stageFolder(join(folder, 'out'));
    expect(readdirSync(folder).sort()).toEqual(['.out.lock', other, basename(given.path)].sort());
    await given.discard();
  });

  it('gets its name when it is whole, and leaves nothing when it is given up', async () => {
    const target = join(folder, 'out');
    const given = await stageFolder(target);
    await writeFileAtomic(join(given.path, 'x'), '1');
    expect(existsSync(target)).toBe(false);
    await given.discard();
    expect(readdirSync(folder)).toEqual([]);
    const kept = await stageFolder(target);
    await writeFileAtomic(join(kept.path, 'x'), '1');
    await kept.commit();
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(target, 'x'), 'utf8')).toBe('1');
    await expect(stageFolder(target)).rejects.toThrow(UserError);
  });

  it('replaces the old folder only at the end', async () => {
    const target = join(folder, 'out');
    const old = await stageFolder(target);
    await writeFileAtomic(join(old.path, 'old'), '');
    await old.commit();
    const renewed = await stageFolder(target, { replace: true });
    await writeFileAtomic(join(renewed.path, 'new'), '');
    expect(readdirSync(target)).toEqual(['old']);
    await renewed.commit();
    expect(readdirSync(target)).toEqual(['new']);
  });

  it('leaves the old folder or the new one, wherever a replacement is killed', async () => {
    const target = join(folder, 'out');
    const aside = join(folder, `.out.old-${killed()}`);
    mkdirSync(aside);
    writeFileSync(join(aside, 'old'), '');
    await restoreReplaced(target);
    expect(readdirSync(target)).toEqual(['old']);
    mkdirSync(aside);
    const next = await stageFolder(target, { replace: true });
    expect(existsSync(aside)).toBe(false);
    await next.discard();
    expect(readdirSync(target)).toEqual(['old']);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('asks before it works and again before it replaces', async () => {
    const target = join(folder, 'out');
    mkdirSync(target);
    const mayReplace = async () => {
      if (existsSync(join(target, 'note.txt'))) throw new UserError('x', 2, 'somebody else’s');
    };
    const staged = await stageFolder(target, { replace: true, mayReplace });
    writeFileSync(join(target, 'note.txt'), '');
    await expect(staged.commit()).rejects.toThrow('somebody else’s');
    await staged.discard();
    expect(readdirSync(target)).toEqual(['note.txt']);
    await expect(stageFolder(target, { replace: true, mayReplace })).rejects.toThrow('somebody else’s');
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('keeps what somebody put there meanwhile, where nothing was to be replaced', async () => {
    const target = join(folder, 'out');
    const staged = await stageFolder(target);
    mkdirSync(target);
    writeFileSync(join(target, 'note.txt'), '');
    await expect(staged.commit()).rejects.toThrow(/no longer empty/);
    await staged.discard();
    expect(readdirSync(target)).toEqual(['note.txt']);
  });

  it('never is the root, the home folder, the current one or one above these, nor a link', async () => {
    symlinkSync(folder, join(folder, 'link'));
    for (const place of ['/', '.', '..', process.cwd(), homedir(), join(homedir(), '..'), join(folder, 'link')])
      await expect(stageFolder(place, { replace: true }), place).rejects.toThrow(ProtectedPlaceError);
    writeFileSync(join(folder, 'file'), '');
    await expect(stageFolder(join(folder, 'file'), { replace: true })).rejects.toThrow(/Not a folder/);
  });

  it('is for its owner alone until it is whole', async () => {
    const before = process.umask(0o022);
    const staged = await stageFolder(join(folder, 'new', 'out'));
    expect(statSync(staged.path).mode & 0o777).toBe(0o700);
    await staged.commit();
    process.umask(before);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, 'new', 'out')).mode & 0o777).toBe(0o755);
  });
});

describe('a lock', () => {
  const target = () => join(folder, 'out');
  const lock = () => join(folder, '.out.lock');
  const write = (owner: object | string) =>
    writeFileSync(lock(), typeof owner === 'string' ? owner : JSON.stringify(owner));

  it('keeps a second process out, by its number, until it is released', async () => {
    const unlock = lockOutput(target());
    expect(statSync(lock()).mode & 0o777).toBe(0o600);
    await expect(stageFolder(target())).rejects.toThrow(`being written by process ${process.pid}`);
    unlock();
    const staged = await stageFolder(target());
    await staged.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a process that has ended is taken over; so is one whose number another process has now', () => {
    write({ pid: killed(), started: '1', host: hostname() });
    lockOutput(target())();
    if (process.platform !== 'linux') return;
    write({ pid: process.ppid, started: '1', host: hostname() });
    lockOutput(target())();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of another machine is not judged from here', () => {
    write({ pid: killed(), started: '1', host: 'elsewhere' });
    expect(() => lockOutput(target())).toThrow(/on elsewhere[\s\S]*remove .*\.out\.lock/);
  });

  it('that is just being written is respected', () => {
    write('');
    expect(() => lockOutput(target())).toThrow(/another process/);
  });
});

it('where a link to nothing stands in place of the lock, says so', () => {
  symlinkSync('/nowhere', join(folder, '.out.lock'));
  expect(() => lockOutput(join(folder, 'out'))).toThrow(/not a file[\s\S]*\.out\.lock[\s\S]*Remove it/);
});

describe('a temporary folder', () => {
  it('is for its owner alone, and goes with all it holds', async () => {
    const work = await temporaryFolder(folder);
    expect(statSync(work.path).mode & 0o777).toBe(0o700);
    writeFileSync(join(work.path, 'a'), '');
    await work.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a process that was killed goes with the next one; those of others stay', async () => {
    const first = await temporaryFolder(folder);
    const name = basename(first.path);
    const dead = name.replace(`-${process.pid}-`, `-${killed()}-`);
    const elsewhere = dead.replace(/work-[^-]+/, 'work-elsewhere');
    const notOurs = '.ehrsynth-workshop';
    for (const other of [dead, elsewhere, notOurs]) mkdirSync(join(folder, other));
    writeFileSync(join(folder, dead, 'patients'), '');
    const second = await temporaryFolder(folder);
    expect(readdirSync(folder).sort()).toEqual([name, elsewhere, notOurs, basename(second.path)].sort());
    await first.remove();
    await second.remove();
  });
});
