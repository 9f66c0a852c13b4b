import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ended } from '../outside/cli.ts';
import { lastWords } from '../outside/words.ts';
import { wordingFaults } from '../outside/wording.ts';
import { type Digest, differences, digestOf } from './digest.ts';
import type { Baseline, Run } from './run.ts';

/** What does not hold after a command that was disturbed. @param earlier the output that it was to replace */
export function afterTrouble(run: Run, ended: Ended, baseline: Baseline, earlier?: Digest): string[] {
  const { code, signal, output, hung, seconds } = ended;
  if (hung) return [`did not end within ${Math.round(seconds)} s`];
  const killed = signal === 'SIGKILL';
  const faults = killed ? [] : wordingFaults(output, code !== 0 && code !== undefined && code < 128);
  const found = digestOf(run.outPath);
  // A receipt is the record of what was sent: it is to stay, and no two are alike.
  const isReceipt = run.command.resumes === 'out';
  if (code === 0 && !found) faults.push('exit code 0, but there is no output');
  else if (code === 0 && !isReceipt) faults.push(...notWhole(baseline.output, found!, 'exit code 0, but the output'));
  else if (code !== 0 && !isReceipt) {
    // Between two renames the earlier output has no name of its own; the next run gives it back.
    const kept = found ?? (killed ? digestOf(asideOf(run)) : undefined);
    faults.push(...oldOrNew(kept, baseline.output, earlier));
  }
  if (!killed) faults.push(...leftBeside(run));
  return [...faults, ...leftInTemporary(run), ...changedInputs(run)];
}

/** What does not hold after the run that follows: it must succeed, and leave the output alone, the same as ever. */
export function afterRecovery(run: Run, ended: Ended, baseline: Baseline): string[] {
  const { code, output, hung, seconds } = ended;
  if (hung) return [`again: did not end within ${Math.round(seconds)} s`];
  if (code !== 0) return [`again: exit code ${code}: ${lastWords(output)}`];
  const faults = wordingFaults(output, false);
  const found = digestOf(run.outPath);
  if (!found) faults.push('exit code 0, but there is no output');
  else if (run.command.resumes !== 'out') faults.push(...notWhole(baseline.output, found, 'the output'));
  if (run.command.confidential && found) faults.push(...openToOthers(run.outPath));
  return [...faults, ...leftBeside(run, true), ...leftInTemporary(run), ...changedInputs(run)].map(
    (fault) => `again: ${fault}`,
  );
}

function notWhole(expected: Digest, found: Digest, what: string): string[] {
  const changes = differences(expected, found);
  return changes.length === 0 ? [] : [`${what} differs from that of an undisturbed run: ${shown(changes)}`];
}

/** Where an earlier output stands while the new one takes its name. */
function asideOf({ disk, outPath }: Run): string {
  const name = readdirSync(disk).find((entry) => entry.startsWith('.out.old-'));
  return name === undefined ? outPath : join(disk, name);
}

/** Nothing, what was there before, or all of the new: nothing between. */
function oldOrNew(found: Digest | undefined, whole: Digest, earlier?: Digest): string[] {
  if (found === undefined) return earlier ? ['the earlier output is gone, and there is no new one'] : [];
  if (found.size === 0 && !earlier) return [];
  if (differences(whole, found).length === 0) return [];
  if (earlier && differences(earlier, found).length === 0) return [];
  const closest = earlier ? differences(earlier, found) : differences(whole, found);
  return [
    `${earlier ? 'neither the earlier output nor the new one' : 'a part of the output under its final name'}: ${shown(closest)}`,
  ];
}

/** Whatever stands beside the output; what --resume goes on from may, until the command is done. */
function leftBeside(run: Run, done = false): string[] {
  const own = basename(run.outPath);
  const kept = done ? [own] : [own, run.command.resumes];
  const left = readdirSync(run.disk).filter((name) => !kept.includes(name));
  return left.length === 0 ? [] : [`left beside the output: ${shown(left)}`];
}

function leftInTemporary({ temporary }: Run): string[] {
  const left = readdirSync(temporary);
  return left.length === 0 ? [] : [`left in TMPDIR: ${shown(left)}`];
}

const sums = new Map<string, Digest>();
/** The ledger of a cohort's releases is written to; nothing else of an input is. */
const LEDGER = /^releases\.ndjson$/;

function changedInputs({ folder, world, command }: Run): string[] {
  return command.needs.flatMap((name) => {
    const expected = sums.get(name) ?? digestOf(join(world.folder, name))!;
    sums.set(name, expected);
    const found = digestOf(join(folder, name)) ?? new Map();
    const changes = differences(expected, found).filter((change) => !LEDGER.test(change.slice(2)));
    return changes.length === 0 ? [] : [`the input ${name} was changed: ${shown(changes)}`];
  });
}

const OTHERS = 0o077;

function openToOthers(path: string): string[] {
  const names = ['', ...(readdirSync(path, { recursive: true }) as string[])];
  const open = names.filter((name) => (statSync(join(path, name)).mode & OTHERS) !== 0);
  return open.length === 0 ? [] : [`open to others: ${shown(open.map((name) => name || 'the folder'))}`];
}

function shown(names: string[]): string {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return names.slice(0, 4).join(', ') + more;
}
