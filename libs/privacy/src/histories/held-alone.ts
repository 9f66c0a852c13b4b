import type { Histories } from '@ehrsynth/histories';

/** Calls back with each of a patient's keys. */
export type KeysOf = (histories: Histories, patient: number, found: (key: number) => void) => void;

/** In place of a person, where a key is of several. */
const SEVERAL = -1;

/**
 * People whom synthetic histories give back: they have a key that no other real person has, and that a synthetic history has. What
 * several real people have is no copy of one.
 * @returns rows of people, training patients first and held-out ones from `training.patients` on
 */
export function heldAlone(training: Histories, holdout: Histories, synthetic: Histories, keysOf: KeysOf): number[] {
  const synthesised = new Set<number>();
  for (let patient = 0; patient < synthetic.patients; patient++)
    keysOf(synthetic, patient, (key) => synthesised.add(key));
  const holders = new Map<number, number>();
  const hold = (histories: Histories, offset: number) => {
    for (let patient = 0; patient < histories.patients; patient++) {
      const person = offset + patient;
      keysOf(histories, patient, (key) => {
        if (!synthesised.has(key)) return;
        const holder = holders.get(key);
        holders.set(key, holder === undefined || holder === person ? person : SEVERAL);
      });
    }
  };
  hold(training, 0);
  hold(holdout, training.patients);
  return [...new Set(holders.values())].filter((person) => person !== SEVERAL).sort((a, b) => a - b);
}
