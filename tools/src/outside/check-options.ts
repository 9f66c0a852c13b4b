import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface CheckOptions {
  seed: number;
  /** So many of the runs, drawn by the seed; all where undefined. */
  runs?: number;
  /** Those alone whose name has one of these in it. */
  only: string[];
  /** PATH.json and PATH.md are written here. */
  out?: string;
  /** The tables as Markdown, in place of text. */
  markdown: boolean;
  /** Name the runs and run nothing. */
  list: boolean;
  /** Leave the folders of the runs that failed. */
  keep: boolean;
  /** At once. */
  jobs: number;
  /** Folder that all is written into, and its removal. */
  work: string;
  tidy(): void;
}

/** The options that the checks from outside share. */
export function checkOptions(name: string): CheckOptions {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      jobs: { type: 'string', default: String(Math.max(1, availableParallelism())) },
      work: { type: 'string' },
    },
  });
  // What stands mounted or still runs goes at the exit.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      process.stderr.write(`Stopped by ${signal}\n`);
      process.exit(130);
    });
  }
  const work = values.work ? resolve(values.work) : mkdtempSync(join(tmpdir(), `ehrsynth-${name}-`));
  mkdirSync(work, { recursive: true });
  return {
    seed: Number(values.seed),
    ...(values.runs !== undefined && { runs: Number(values.runs) }),
    only: values.only,
    out: values.out,
    markdown: values.markdown,
    list: values.list,
    keep: values.keep,
    jobs: Number(values.jobs),
    work,
    tidy: () => {
      // A folder that was named is the user's.
      if (!values.keep && !values.work) rmSync(work, { recursive: true, force: true });
    },
  };
}

/** Whether a run of that name is asked for: by its whole name, or by a part that is no number of a run. */
export function isAskedFor(name: string, { only }: CheckOptions): boolean {
  const isWhole = (part: string) => /\/\d+$/.test(part);
  return only.length === 0 || only.some((part) => (isWhole(part) ? name === part : name.includes(part)));
}
