import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Name within the output → SHA-256 of what it holds, but for what no two runs share: times, and the id drawn for a run. */
export type Digest = Map<string, string>;

/** Of a folder or a file; undefined where there is none. */
export function digestOf(path: string): Digest | undefined {
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isDirectory()) return new Map([[basename(path), sumOf(path)]]);
  const names = (readdirSync(path, { recursive: true }) as string[]).sort();
  return new Map(
    names.filter((name) => !statSync(join(path, name)).isDirectory()).map((name) => [name, sumOf(join(path, name))]),
  );
}

/** Files in which they differ: "− gone", "+ new", "≠ changed"; empty where they are the same. */
export function differences(expected: Digest, found: Digest): string[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return names.flatMap((name) => {
    if (!found.has(name)) return [`− ${name}`];
    if (!expected.has(name)) return [`+ ${name}`];
    return expected.get(name) === found.get(name) ? [] : [`≠ ${name}`];
  });
}

const TIMES = /"(seconds|rowsPerSecond|trainSeconds|generateSeconds)":\s*[\d.e+-]+/g;
/** A run's own: its id, when it began, and how it was asked to go about it. */
const OF_THE_RUN = /"(id|started|force|resume)":\s*("[^"]*"|true|false)/g;
/** Sums of files that hold times. */
const SUMS_OF_TIMES = /"(training\.jsonl)",\s*"bytes":\s*\d+,\s*"sha256":\s*"\w+"/g;

function sumOf(path: string): string {
  const bytes = readFileSync(path);
  const hash = createHash('sha256');
  if (path.endsWith('.duckdb')) return hash.update(contentOfDatabase(path) ?? bytes).digest('hex');
  if (!/\.(json|jsonl|html)$/.test(path)) return hash.update(bytes).digest('hex');
  const text = bytes.toString().replaceAll(TIMES, '"$1":0');
  if (basename(path) !== 'run.json') return hash.update(text).digest('hex');
  return hash.update(text.replaceAll(OF_THE_RUN, '"$1":0').replaceAll(SUMS_OF_TIMES, '"$1"')).digest('hex');
}

const PRINT_DATABASE = fileURLToPath(new URL('./print-database.js', import.meta.url));

/** Its tables with their rows; undefined where it is no database. */
function contentOfDatabase(path: string): string | undefined {
  const { status, stdout } = spawnSync(process.execPath, [PRINT_DATABASE, path], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}
