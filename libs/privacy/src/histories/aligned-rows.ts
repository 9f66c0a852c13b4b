import { type Histories, visitCodes } from '@ehrsynth/histories';
import type { CodeMatrix } from '@ehrsynth/matrix';
import { setRows } from './set-rows.ts';

/**
 * Histories as sets of (number of the visit, code). The Hamming distance of two such sets is the visit-aligned one of the histories:
 * the sum of the symmetric differences of their visits' sets of codes, first with first and so on, where a visit that only one of them
 * has counts whole. So the exact search by lists of patients holds for histories as for sets of codes.
 */
export function alignedRows(sides: readonly Histories[]): CodeMatrix[] {
  const codes = sides[0].dictionary.codes.length;
  return setRows(sides, (histories) => {
    const { starts, codes: own } = visitCodes(histories);
    const { visitStarts } = histories.arrays;
    return (patient, found) => {
      const first = visitStarts[patient];
      for (let visit = first; visit < visitStarts[patient + 1]; visit++)
        for (let at = starts[visit]; at < starts[visit + 1]; at++) found((visit - first) * codes + own[at]);
    };
  });
}
