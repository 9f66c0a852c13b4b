import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Rng } from '@ehrsynth/random';
import { type Ended, runCli } from '../outside/cli.ts';
import { obeyedByTerminals, wordingFaults } from '../outside/wording.ts';
import { lastWords } from '../outside/words.ts';
import type { World } from '../outside/world.ts';
import { inIsolatedRoot } from './isolated-root.ts';

/** Files that somebody made to do harm, or that came about by accident, and what must hold when a command meets them. */
export interface HostileFile {
  name: string;
  group: string;
  /** Inputs, by their names in the world. */
  needs?: string[];
  /** Writes what the commands meet. `input` is the folder that they call `in`. */
  prepare?(place: Prepared): void | Promise<void>;
  /** Command lines, one after the other, with `in` and `out`; all but the last must end with 0. */
  commands: (string | string[])[];
  /** What the last one may end with. */
  exitCodes: number[];
  /** Words that it must print. */
  expects?: RegExp;
  /** More that must hold; gives what does not. */
  holds?(place: Prepared, ended: Ended): string[];
  /** Of each command; a minute where it is not said. */
  seconds?: number;
  /** Of the heap; 256 where it is not said. */
  heapMb?: number;
  /** It could delete what is on this machine: it is run where it sees all but its folder read-only, or not at all. */
  isolated?: boolean;
  /** Names in the folder that may be new, besides `out`. */
  mayWrite?: RegExp;
}

export interface Prepared {
  /** In which the commands run. */
  folder: string;
  /** Its `in`. */
  input: string;
  /** A path in the folder. */
  at(...names: string[]): string;
  rng: Rng;
}

const SECONDS = 60;
const HEAP_MB = 256;

/** Runs the commands, and gives what did not hold. @param folder of its own, not there yet */
export async function runHostileFile(hostile: HostileFile, world: World, folder: string): Promise<string[]> {
  // Two levels down, so that what `../..` reaches is still ours to look at.
  const nest = join(folder, 'above', 'nest');
  const temporary = join(folder, 'tmp');
  [join(nest, 'in'), temporary].forEach((path) => mkdirSync(path, { recursive: true }));
  const at = (...names: string[]) => join(nest, ...names);
  const place = { folder: nest, input: at('in'), at, rng: new Rng(hostile.name) };
  world.copyInto(nest, hostile.needs ?? []);
  await hostile.prepare?.(place);
  const before = treeOf(folder);
  const limits = {
    seconds: hostile.seconds ?? SECONDS,
    heapMb: hostile.heapMb ?? HEAP_MB,
    ...(hostile.isolated && { within: inIsolatedRoot(folder, nest) }),
  };
  for (const [i, command] of hostile.commands.entries()) {
    const words = typeof command === 'string' ? command.split(' ') : command;
    const ended = await runCli(words, { folder: nest, temporary }, limits);
    const last = i === hostile.commands.length - 1;
    const faults = [
      ...promised(ended, last ? hostile.exitCodes : [0]),
      ...(last && hostile.expects && !hostile.expects.test(ended.output)
        ? [`does not say ${String(hostile.expects)}: ${lastWords(ended.output)}`]
        : []),
      ...(last ? changes(before, treeOf(folder), ended.code === 0, hostile.mayWrite) : []),
      ...(last && !ended.hung ? (hostile.holds?.(place, ended) ?? []) : []),
    ];
    if (faults.length > 0 || last) return faults;
  }
  return [];
}

/** What every command keeps to, whatever it meets. */
function promised({ code, signal, hung, output, seconds }: Ended, exitCodes: number[]): string[] {
  if (hung) return [`did not end within ${Math.round(seconds)} s: ${lastWords(output)}`];
  const obeyed = obeyedByTerminals(output);
  return [
    ...(code === undefined
      ? [`ended by ${signal}`]
      : exitCodes.includes(code)
        ? []
        : [`exit code ${code}, not ${exitCodes.join(' or ')}: ${lastWords(output)}`]),
    ...wordingFaults(output, code !== 0),
    ...(obeyed === undefined ? [] : [`printed ${obeyed}, which terminals interpret`]),
  ];
}

type Tree = Map<string, string>;

/** Every path below the folder, with its kind and size. */
function treeOf(folder: string): Tree {
  const tree: Tree = new Map();
  const visit = (name: string) => {
    for (const entry of readdirSync(join(folder, name))) {
      const path = join(name, entry);
      const stats = lstatSync(join(folder, path));
      tree.set(path, stats.isDirectory() ? 'folder' : `${stats.size} bytes of ${stats.mtimeMs}`);
      if (stats.isDirectory()) visit(path);
    }
  };
  if (existsSync(folder)) visit('');
  return tree;
}

const OUT = join('above', 'nest', 'out');
/** A cohort's ledger of releases may be begun or go on. */
const LEDGER = /releases\.ndjson$/;

/** Whatever is new, gone or other but the output. */
function changes(before: Tree, after: Tree, succeeded: boolean, mayWrite?: RegExp): string[] {
  const isOurs = (path: string) =>
    (succeeded && (path === OUT || path.startsWith(`${OUT}/`))) || LEDGER.test(path) || mayWrite?.test(path);
  const found = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path) && !isOurs(path))
    .map((path) => `${!after.has(path) ? 'gone' : before.has(path) ? 'changed' : 'new'}: ${path}`);
  return found.length === 0 ? [] : [`outside its output: ${found.slice(0, 4).join(', ')}`];
}
