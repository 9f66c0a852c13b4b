import type { CodeMatrix } from '@ehrsynth/matrix';
import { shownShare, SMALL_CELL } from './small-cells.ts';

export interface Coverage {
  /** Codes with at least so many patients in the training rows, and how many of them no synthetic row has: undefined where there are none. */
  codes: { minPatients: number; codes: number; neverGenerated?: number }[];
  /** By the prevalence in the training rows, from this up to the next: codes, and how many of them some synthetic row has. */
  bands: { from: number; codes: number; generated: number }[];
  /** Share of the rows whose set of codes no other row has: of the training rows, where it is no small cell, and of the synthetic ones. */
  uniqueRows: { reference?: number; other: number };
}

const MIN_PATIENTS = [5, 20];
const BANDS = [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/** Codes of the training rows that are never generated, and the share of rows unlike every other. */
export function coverage(training: CodeMatrix, synthetic: CodeMatrix, smallCell = SMALL_CELL): Coverage {
  const [inTraining, inSynthetic] = [training.carriers(), synthetic.carriers()];
  const codes = MIN_PATIENTS.map((minPatients) => {
    let [common, never] = [0, 0];
    for (let column = training.firstCode; column < inTraining.length; column++) {
      if (inTraining[column] < minPatients) continue;
      common++;
      if (inSynthetic[column] === 0) never++;
    }
    return { minPatients, codes: common, ...(common > 0 && { neverGenerated: never }) };
  });
  const bands = BANDS.map((from) => ({ from, codes: 0, generated: 0 }));
  for (let column = training.firstCode; column < inTraining.length; column++) {
    if (inTraining[column] === 0) continue;
    const band = bands.findLast(({ from }) => inTraining[column] / training.rows >= from)!;
    band.codes++;
    if (inSynthetic[column] > 0) band.generated++;
  }
  return {
    codes,
    bands,
    uniqueRows: {
      reference: shownShare(uniqueRows(training), training.rows, smallCell),
      other: uniqueRows(synthetic) / synthetic.rows,
    },
  };
}

/** How many rows have a set of codes that no other row has. */
function uniqueRows({ rows, indptr, indices, firstCode }: CodeMatrix): number {
  const rowsOf = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const own = indices.subarray(indptr[row], indptr[row + 1]).filter((column) => column >= firstCode);
    const key = own.join();
    rowsOf.set(key, (rowsOf.get(key) ?? 0) + 1);
  }
  return [...rowsOf.values()].filter((count) => count === 1).length;
}
