import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksum } from '@ehrsynth/io';
import type { Figures } from './gates.ts';
import { filesOf, MANIFEST, type Resource, SUMS } from './manifest.ts';
import { parsePolicy } from './policy.ts';
import { judge, type Verdict } from './verdict.ts';

/** Files of a release, beside its data. */
export const PARTS = {
  dictionary: 'data-dictionary.csv',
  datasheet: 'datasheet.md',
  report: 'report.html',
  figures: 'report.json',
  policy: 'policy.yaml',
  outcome: 'outcome.json',
  license: 'LICENSE.txt',
} as const;

/** What no release is without; a licence may not have been chosen. */
const NEEDED = [...Object.values(PARTS).filter((path) => path !== PARTS.license), MANIFEST];

/** What report.json has, of which gates are judged again. */
export type ReportFile = Omit<Figures, 'exposure'> & {
  canaries?: { bySamples?: Figures['exposure'] };
};

/** The figures of a report.json. */
export function figuresOf({ canaries, ...figures }: ReportFile): Figures {
  return { ...figures, exposure: canaries?.bySamples };
}

export interface Verification {
  files: number;
  /** Each says a file, what is wrong with it, and what to do; none where the package is whole. */
  faults: string[];
}

/**
 * Checks a release: every file is listed and has its checksum, in SHA256SUMS and in the manifest; nothing is missing or added; the
 * figures of the report meet the policy, and its outcome says what they say.
 */
export async function verifyRelease(folder: string): Promise<Verification> {
  const faults: string[] = [];
  const files = await filesOf(folder, SUMS);
  const listed = sumsOf(await text(folder, SUMS), faults);
  const found = new Map<string, string>();
  for (const path of files) {
    const sum = await checksum(join(folder, path));
    found.set(path, sum);
    if (!listed.has(path)) faults.push(`${path}: not in ${SUMS}; it was added later`);
    else if (listed.get(path) !== sum) faults.push(`${path}: its checksum is not the one in ${SUMS}; it was changed, get it again`);
  }
  for (const path of listed.keys()) if (!found.has(path)) faults.push(`${path}: missing`);
  for (const path of NEEDED) if (!found.has(path) && !listed.has(path)) faults.push(`${path}: missing; every release has it`);
  if (![...found.keys()].some((path) => path.startsWith('data/'))) faults.push('data/: missing; there are no records');
  await checkManifest(folder, found, faults);
  await checkOutcome(folder, faults);
  return { files: files.length, faults };
} // prettier-ignore

function sumsOf(sums: string | undefined, faults: string[]): Map<string, string> {
  const listed = new Map<string, string>();
  if (sums === undefined) faults.push(`${SUMS}: missing; nothing can be checked against it`);
  for (const line of (sums ?? '').split('\n').filter(Boolean)) {
    const [, sum, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (path) listed.set(path, sum);
    else faults.push(`${SUMS}: a line is not a checksum and a path: ${line.slice(0, 80)}`);
  }
  return listed;
}

async function checkManifest(folder: string, found: Map<string, string>, faults: string[]): Promise<void> {
  const manifest = await json<{ resources: Resource[] }>(folder, MANIFEST, faults);
  if (!manifest) return;
  const named = new Map(manifest.resources.map(({ path, hash }) => [path, hash]));
  for (const [path, sum] of found) {
    if (path === MANIFEST) continue;
    if (!named.has(path)) faults.push(`${path}: not in ${MANIFEST}`);
    else if (named.get(path) !== `sha256:${sum}`) faults.push(`${path}: its checksum is not the one in ${MANIFEST}`);
  }
  for (const path of named.keys()) if (!found.has(path)) faults.push(`${path}: in ${MANIFEST}, and missing`);
} // prettier-ignore

async function checkOutcome(folder: string, faults: string[]): Promise<void> {
  const policy = await text(folder, PARTS.policy);
  const report = await json<ReportFile>(folder, PARTS.figures, faults);
  const outcome = await json<Verdict>(folder, PARTS.outcome, faults);
  if (policy === undefined || !report || !outcome) return;
  const again = judge(figuresOf(report), parsePolicy(policy, join(folder, PARTS.policy)));
  for (const { name, outcome: now, value, threshold } of again.gates) {
    const told = outcome.gates.find((gate) => gate.name === name);
    if (now === 'failed') faults.push(`${PARTS.figures}: gate ${name} fails, ${value} where the policy wants ${threshold}`);
    if (told?.outcome !== now) faults.push(`${PARTS.outcome}: gate ${name} is told as ${told?.outcome ?? 'nothing'}; by the figures it is ${now}`);
  }
  if (!outcome.passed) faults.push(`${PARTS.outcome}: it says that a gate failed`);
} // prettier-ignore

async function json<T>(folder: string, name: string, faults: string[]): Promise<T | undefined> {
  const content = await text(folder, name);
  if (content === undefined) return undefined;
  try {
    return JSON.parse(content) as T;
  } catch {
    faults.push(`${name}: not JSON; it was changed, get it again`);
    return undefined;
  }
}

function text(folder: string, name: string): Promise<string | undefined> {
  return readFile(join(folder, name), 'utf8').catch(() => undefined);
}
