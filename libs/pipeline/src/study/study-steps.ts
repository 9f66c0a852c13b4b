import { join, relative, resolve, sep } from 'node:path';
import { readRun } from '../run/run-folder.ts';
import { OutInSourceError } from './errors.ts';
import type { Study, StudyOptions } from './study-file.ts';

/** One command of a study. */
export interface StudyStep {
  /** ingest, train, generate, export fhir, evaluate, release */
  name: string;
  /** Words of the command line before what it reads. */
  command: readonly string[];
  /** Folders and files that it reads, in the order of the command line. */
  reads: readonly string[];
  /** The folder that it writes. */
  out: string;
  options: StudyOptions;
}

/** The commands of a study in their order; paths from the folder of its file. */
export function stepsOf(study: Study): StudyStep[] {
  const { out, ingest, train, generate, evaluate, release } = study;
  const { from, source, ...reading } = ingest;
  const [cohort, model, synth] = ['cohort', 'model', 'synth'].map((name) => join(out, name));
  const step = (name: string, reads: string[], folder: string, options: StudyOptions): StudyStep => ({
    name,
    command: name.split(' '),
    reads,
    out: folder,
    options,
  });
  return [
    { ...step('ingest', [source], cohort, reading), command: ['ingest', from] },
    step('train', [cohort], model, { model: 'auto', ...train }),
    step('generate', [model], synth, generate),
    ...Object.entries(study.export ?? {}).map(([format, options]) =>
      step(`export ${format}`, [synth], join(out, format), options),
    ),
    ...(evaluate ? [step('evaluate', [cohort, synth], join(out, 'report'), evaluate)] : []),
    ...(release ? [{ ...step('release', [synth], join(out, 'release'), release), command: ['release', 'build'] }] : []),
  ];
}

/**
 * What a study writes must not be among what it reads: the next run would read synthetic patients for real ones.
 * @param folder that its paths start from @throws OutInSourceError
 */
export function checkPlaces({ out, ingest: { source } }: Study, folder: string): void {
  if (/^[a-z]+:\/\//i.test(source)) return;
  const way = relative(resolve(folder, source), resolve(folder, out));
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way;
  if (!isOutside) throw new OutInSourceError(resolve(folder, source), out);
}

/** A step as it is run: one that draws patients, and is not told how many, draws as many as the cohort has. */
export async function completed(step: StudyStep, folder: string): Promise<StudyStep> {
  if (step.name !== 'generate' || 'number' in step.options) return step;
  const { counts } = await readRun(resolve(folder, step.out, '..', 'cohort'), 'ingest');
  return { ...step, options: { number: Number(counts.patients), ...step.options } };
}
