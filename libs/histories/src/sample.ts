import type { Rng } from '@ehrsynth/random';
import type { Histories } from './histories.ts';

/** So many patients, each as likely as any other, in their order; all where there are no more. */
export function sampleHistories(histories: Histories, size: number, rng: Rng): Histories {
  return size >= histories.patients ? histories : splitHistories(histories, size, rng)[0];
}

/** The patients in two parts, the first of the given size. */
export function splitHistories(histories: Histories, size: number, rng: Rng): [Histories, Histories] {
  const rows = rng.shuffle(Int32Array.from({ length: histories.patients }, (_, row) => row));
  return [histories.pick(rows.slice(0, size).sort()), histories.pick(rows.slice(size).sort())];
}
