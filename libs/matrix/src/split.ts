import { Rng } from '@ehrsynth/random';

/** Whether a patient belongs to the held-out part; by the id and the seed alone, whatever the order of reading. */
export function isHoldout(patientId: string, fraction: number, seed: number): boolean {
  return new Rng(seed).fork(`holdout/${patientId}`).next() < fraction;
}
