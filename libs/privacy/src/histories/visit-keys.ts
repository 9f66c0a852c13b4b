import { type Histories, visitCodes, type VisitCodes } from '@ehrsynth/histories';
import type { KeysOf } from '../held-alone.ts';
import { SequenceHash } from '../sequence-hash.ts';

/** A whole sequence counts from so many visits with codes and so many codes on. */
export const MIN_VISITS = 2;
export const MIN_CODES = 5;
/** Visits that follow each other: how many, and how many codes they have at least, counted in each visit anew or once in all. */
export interface Run {
  visits: number;
  codes: number;
  distinct: boolean;
}
/** Short runs, of which chance gives some back. */
export const SHORT_RUN: Run = { visits: 3, codes: 6, distinct: false };
/**
 * Long ones: of the runs that chance gives back of at most 0.5 % of the patients, the one that most patients have, over four draws of
 * 2,000 simulated lives (docs/release.md, "Copied visits").
 */
export const LONG_RUN: Run = { visits: 5, codes: 10, distinct: true };

/** A history's visits that have codes, as keys of their sets of codes. */
interface VisitKeys {
  keys: number[];
  sizes: number[];
  codes: Int32Array[];
  days: number[];
}

/** Keys of a whole history: the sets of codes of its visits in order, and, where `withGaps`, the days between them. */
export function wholeSequences(withGaps: boolean): KeysOf<Histories> {
  const hash = new SequenceHash();
  const visits = new VisitReader();
  return (histories, patient, found) => {
    const { keys, sizes, days } = visits.read(histories, patient);
    if (keys.length < MIN_VISITS || sizes.reduce((a, b) => a + b, 0) < MIN_CODES) return;
    hash.reset();
    for (let i = 0; i < keys.length; i++) {
      hash.addNumber(keys[i]);
      if (withGaps) hash.add(days[i] - days[0]);
    }
    found(hash.key());
  };
}

/** Keys of each run of visits of a history: a part of a history that is copied, wherever it stands. */
export function runsOfVisits(run: Run): KeysOf<Histories> {
  const hash = new SequenceHash();
  const visits = new VisitReader();
  return (histories, patient, found) => {
    const { keys, codes } = visits.read(histories, patient);
    for (let from = 0; from + run.visits <= keys.length; from++) {
      const to = from + run.visits;
      if (codesOf(codes.slice(from, to), run.distinct) < run.codes) continue;
      hash.reset();
      for (let i = from; i < to; i++) hash.addNumber(keys[i]);
      found(hash.key());
    }
  };
}

function codesOf(visits: readonly Int32Array[], distinct: boolean): number {
  if (!distinct) return visits.reduce((sum, own) => sum + own.length, 0);
  const all = new Set<number>();
  for (const own of visits) for (const code of own) all.add(code);
  return all.size;
}

/** Reads visits; the sets of codes of one side are kept while that is read. */
class VisitReader {
  private histories?: Histories;
  private codes?: VisitCodes;
  private readonly hash = new SequenceHash();

  read(histories: Histories, patient: number): VisitKeys {
    if (this.histories !== histories || !this.codes) {
      this.histories = histories;
      this.codes = visitCodes(histories);
    }
    const { starts, codes } = this.codes;
    const { visitStarts, firstDay } = histories.arrays;
    const found: VisitKeys = { keys: [], sizes: [], codes: [], days: [] };
    for (let visit = visitStarts[patient]; visit < visitStarts[patient + 1]; visit++) {
      if (starts[visit] === starts[visit + 1]) continue;
      this.hash.reset();
      for (let at = starts[visit]; at < starts[visit + 1]; at++) this.hash.add(codes[at]);
      found.keys.push(this.hash.key());
      found.codes.push(codes.subarray(starts[visit], starts[visit + 1]));
      found.sizes.push(starts[visit + 1] - starts[visit]);
      found.days.push(firstDay[visit]);
    }
    return found;
  }
}
