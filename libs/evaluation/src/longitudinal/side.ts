import { type Histories, sampleHistories, visitCodes } from '@ehrsynth/histories';
import type { Rng } from '@ehrsynth/random';
import { GROUPS } from './figure.ts';
import { type Occurrences, occurrencesOf } from './occurrences.ts';

/** Histories of one side of a comparison, made ready to be counted. */
export interface Side {
  histories: Histories;
  /** The jackknife group of each patient. */
  groups: Uint8Array;
  sequences: Sequences;
  occurrences: Occurrences;
}

/** The three sides, in the order in which most figures are counted. */
export type Sides = Record<'holdout' | 'training' | 'synthetic', Side>;

/** The visits of each patient that hold a code, with their sets of codes. */
export interface Sequences {
  /** Patients + 1 offsets into the visits. */
  starts: Int32Array;
  /** Of each visit: its number in the histories, and its patient. */
  visits: Int32Array;
  patients: Int32Array;
  /** Visits + 1 offsets into the codes; each code once, ascending. */
  codeStarts: Int32Array;
  codes: Int32Array;
}

/** A sample of histories with its visits' sets of codes and the days of each code. */
export function sideOf(histories: Histories, size: number, rng: Rng): Side {
  const sampled = sampleHistories(histories, size, rng.fork('sample'));
  const groups = Uint8Array.from({ length: sampled.patients }, (_, row) => row % GROUPS);
  return {
    histories: sampled,
    groups: rng.fork('groups').shuffle(groups),
    sequences: sequencesOf(sampled),
    occurrences: occurrencesOf(sampled),
  };
}

function sequencesOf(histories: Histories): Sequences {
  const { visitStarts } = histories.arrays;
  const { starts: all, codes } = visitCodes(histories);
  let count = 0;
  for (let visit = 0; visit < histories.visits; visit++) if (all[visit + 1] > all[visit]) count++;
  const [visits, patients] = [new Int32Array(count), new Int32Array(count)];
  const codeStarts = new Int32Array(count + 1);
  const starts = new Int32Array(histories.patients + 1);
  let at = 0;
  for (let patient = 0; patient < histories.patients; patient++) {
    for (let visit = visitStarts[patient]; visit < visitStarts[patient + 1]; visit++) {
      if (all[visit + 1] === all[visit]) continue;
      visits[at] = visit;
      patients[at] = patient;
      codeStarts[++at] = all[visit + 1];
    }
    starts[patient + 1] = at;
  }
  return { starts, visits, patients, codeStarts, codes };
}
