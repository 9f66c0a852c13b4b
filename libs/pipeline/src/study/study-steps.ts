import { join, relative, resolve, sep } from 'node:path';
import { readRun } from '../run/run-folder.ts';
import { OutInSourceError } from './errors.ts';
import type { Study, StudyOptions } from './study-file.ts';

/** One command of a study. */
export interface StudyStep {
  /** ingest, train, generate, export fhir, evaluate, release: the key of its options in the study's file. */
  name: string;
  /** Of several runs that train and draw, which one it is of, from 2 on. */
  run?: number;
  /** Words of the command line before what it reads. */
  command: readonly string[];
  /** Folders and files that it reads, in the order of the command line. */
  reads: readonly string[];
  /** The folder that it writes. */
  out: string;
  options: StudyOptions;
}

/**
 * The commands of a study in their order; paths from the folder of its file. Of several seeds each has a model and patients of its own,
 * which are evaluated together; formats and the package are of the first.
 */
export function stepsOf(study: Study): StudyStep[] {
  const { out, ingest, seeds, train, generate, evaluate, release } = study;
  const { from, source, ...reading } = ingest;
  const at = (name: string) => join(out, name);
  const [cohort, synth] = ['cohort', 'synth'].map(at);
  const step = (name: string, reads: string[], folder: string, options: StudyOptions): StudyStep => ({
    name,
    command: name.split(' '),
    reads,
    out: folder,
    options,
  });
  const ofSeed = (i: number): StudyStep[] => {
    const [model, drawn] = ['model', 'synth'].map((name) => at(nameOfSeed(name, i)));
    const seed = (options: StudyOptions) => (i === 0 ? options : { ...options, seed: Number(options.seed ?? 1) + i });
    return [
      { ...step('train', [cohort], model, { model: 'auto', ...seed(train) }), ...(i > 0 && { run: i + 1 }) },
      { ...step('generate', [model], drawn, seed(generate)), ...(i > 0 && { run: i + 1 }) },
    ];
  };
  const samples = Array.from({ length: seeds }, (_, i) => at(nameOfSeed('synth', i)));
  return [
    { ...step('ingest', [source], cohort, reading), command: ['ingest', from] },
    ...samples.flatMap((_, i) => ofSeed(i)),
    ...Object.entries(study.export ?? {}).map(([format, options]) =>
      step(`export ${format}`, [synth], at(format), options),
    ),
    ...(evaluate ? [step('evaluate', [cohort, ...samples], at('report'), evaluate)] : []),
    ...(release ? [{ ...step('release', [synth], at('release'), release), command: ['release', 'build'] }] : []),
  ];
}

/** model, model-2, model-3 */
function nameOfSeed(name: string, i: number): string {
  return i === 0 ? name : `${name}-${i + 1}`;
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

/** By which a step is known among those of its study: train, train 2. */
export function stepLabel({ name, run }: Pick<StudyStep, 'name' | 'run'>): string {
  return run === undefined ? name : `${name} ${run}`;
}

/** A step as it is run: one that draws patients, and is not told how many, draws as many as the cohort has. */
export async function completed(step: StudyStep, folder: string): Promise<StudyStep> {
  if (step.name !== 'generate' || 'number' in step.options) return step;
  const { counts } = await readRun(resolve(folder, step.out, '..', 'cohort'), 'ingest');
  return { ...step, options: { number: Number(counts.patients), ...step.options } };
}
