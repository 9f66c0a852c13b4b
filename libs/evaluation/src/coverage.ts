import type { CodeMatrix } from '@ehrsynth/matrix';

export interface Coverage {
  /** Codes with at least so many patients in the training rows, and how many of them no synthetic row has. */
  codes: { minPatients: number; codes: number; neverGenerated: number }[];
  /** By the prevalence in the training rows, from this up to the next: codes, and how many of them some synthetic row has. */
  bands: { from: number; codes: number; generated: number }[];
  /** Share of the rows that are unlike every other row. */
  distinctRows: { reference: number; other: number };
}

const MIN_PATIENTS = [5, 20];
const BANDS = [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/** Codes of the training rows that are never generated, and the share of distinct rows. */
export function coverage(training: CodeMatrix, synthetic: CodeMatrix): Coverage {
  const [inTraining, inSynthetic] = [training.carriers(), synthetic.carriers()];
  const codes = MIN_PATIENTS.map((minPatients) => {
    let [common, never] = [0, 0];
    for (let column = training.firstCode; column < inTraining.length; column++) {
      if (inTraining[column] < minPatients) continue;
      common++;
      if (inSynthetic[column] === 0) never++;
    }
    return { minPatients, codes: common, neverGenerated: never };
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
    distinctRows: { reference: distinctShare(training), other: distinctShare(synthetic) },
  };
}

function distinctShare({ rows, indptr, indices, firstCode }: CodeMatrix): number {
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) {
    seen.add(
      indices
        .subarray(indptr[row], indptr[row + 1])
        .filter((column) => column >= firstCode)
        .join(),
    );
  }
  return seen.size / rows;
}
