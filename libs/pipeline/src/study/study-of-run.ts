import { dirname, join } from 'node:path';
import { flagOf } from '@ehrsynth/models';
import { RUN_FILE } from '../run/run-files.ts';
import { readRun, type RunRecord } from '../run/run-folder.ts';
import { NoSourceError } from './errors.ts';
import type { OptionValue, Study, StudyOptions } from './study-file.ts';

/** Options by which a run was kept apart from others, and none of what it did. */
const OF_THE_RUN = ['force', 'resume'];

/**
 * The study of which a run was a part: the options that its run.json has, and those of the commands before it.
 * @param path of a run.json, or of its folder
 * @param source which run.json does not name
 * @throws NoSourceError where there is none, WrongFolderError and its kin where a run before it is not there
 */
export async function studyOfRun(path: string, out: string, source: string | undefined): Promise<Study> {
  const runs = new Map<string, RunRecord>();
  const collect = async (folder: string): Promise<void> => {
    const run = await readRun(folder, 'ingest', 'train', 'generate', 'export', 'evaluate', 'release');
    // Of several runs that were evaluated together, the first.
    if (!runs.has(run.command)) runs.set(run.command, run);
    for (const link of Object.values(run.links)) await collect(join(folder, link));
  };
  await collect(path.endsWith(RUN_FILE) ? dirname(path) : path);
  const options = (command: string): StudyOptions => optionsOf(runs.get(command));
  const ingest = [...runs.keys()].find((command) => command.startsWith('ingest '));
  if (ingest === undefined || source === undefined) throw new NoSourceError(path);
  const samples = Object.keys(runs.get('evaluate')?.links ?? {}).filter((part) => /^synth(-|$)/.test(part));
  const exports = [...runs.keys()].filter((command) => command.startsWith('export '));
  return {
    out,
    ingest: { ...options(ingest), from: ingest.slice('ingest '.length), source },
    seeds: Math.max(1, samples.length),
    train: options('train'),
    generate: options('generate'),
    export: Object.fromEntries(exports.map((command) => [command.slice('export '.length), options(command)])),
    evaluate: options('evaluate'),
    release: runs.has('release') ? options('release') : null,
  };
}

function optionsOf(run: RunRecord | undefined): StudyOptions {
  const all = Object.entries(run?.options ?? {}).filter(
    ([name, value]) => !OF_THE_RUN.includes(name) && isValue(value),
  );
  return Object.fromEntries(all.map(([name, value]) => [flagOf(name).slice(2), value as OptionValue]));
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => ['string', 'number'].includes(typeof one));
  return ['string', 'number', 'boolean'].includes(typeof value);
}
