import type { RowSource } from '@ehrsynth/matrix';
import { type Likelihood, type LikelihoodOptions, membersOf, rowLessons, setAside } from '../likelihood.ts';
import { batchOf, type Course } from './kind.ts';
import { LessonRounds, type LocalRounds } from './local-rounds.ts';

/** All rows of a source. */
export function rowsOf({ rows }: RowSource): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

/** Rounds of a likelihood on a site's rows. */
export async function likelihoodRounds(
  likelihood: Likelihood,
  source: RowSource,
  seed: number,
  { batches, patients }: Course,
): Promise<LocalRounds> {
  const members = membersOf(source.rows);
  const lessons = await rowLessons(likelihood, source, { seed, batchSize: batchOf(members, batches) });
  return new LessonRounds(lessons, members, setAside(source.rows), source.rows / patients);
}

/** The course of a training on so many rows of all sites together. */
export function courseOf(
  { epochs, learningRate, l2, batchSize }: Pick<LikelihoodOptions, 'epochs' | 'learningRate' | 'l2' | 'batchSize'>,
  rows: number,
): Course {
  return { epochs, learningRate, l2, patients: rows, batches: Math.max(1, Math.floor(membersOf(rows) / batchSize)) };
}
