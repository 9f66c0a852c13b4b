import { type Histories, visitCodes, type VisitCodes } from '@ehrsynth/histories';
import type { KeysOf } from './held-alone.ts';
import { SequenceHash } from './sequence-hash.ts';

/** A whole sequence counts from so many visits with codes and so many codes on. */
export const MIN_VISITS = 2;
export const MIN_CODES = 5;
/** A run of visits has so many, and at least so many codes. */
export const RUN_VISITS = 3;
export const RUN_CODES = 6;

/** A history's visits that have codes, as keys of their sets of codes. */
interface VisitKeys {
  keys: number[];
  sizes: number[];
  days: number[];
}

/** Keys of a whole history: the sets of codes of its visits in order, and, where `withGaps`, the days between them. */
export function wholeSequences(withGaps: boolean): KeysOf {
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

/** Keys of each three visits of a history that follow each other: a part of a history that is copied, wherever it stands. */
export function runsOfVisits(): KeysOf {
  const hash = new SequenceHash();
  const visits = new VisitReader();
  return (histories, patient, found) => {
    const { keys, sizes } = visits.read(histories, patient);
    for (let from = 0; from + RUN_VISITS <= keys.length; from++) {
      const to = from + RUN_VISITS;
      if (sizes.slice(from, to).reduce((a, b) => a + b, 0) < RUN_CODES) continue;
      hash.reset();
      for (let i = from; i < to; i++) hash.addNumber(keys[i]);
      found(hash.key());
    }
  };
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
    const found: VisitKeys = { keys: [], sizes: [], days: [] };
    for (let visit = visitStarts[patient]; visit < visitStarts[patient + 1]; visit++) {
      if (starts[visit] === starts[visit + 1]) continue;
      this.hash.reset();
      for (let at = starts[visit]; at < starts[visit + 1]; at++) this.hash.add(codes[at]);
      found.keys.push(this.hash.key());
      found.sizes.push(starts[visit + 1] - starts[visit]);
      found.days.push(firstDay[visit]);
    }
    return found;
  }
}
