import type { CodeMatrix } from '@ehrsynth/matrix';
import { commonest, pairCounts, phi } from './pairs.ts';

/** No count of real patients below this is shown, but for none: the rule of the US Centers for Medicare & Medicaid Services. */
export const SMALL_CELL = 11;

/** Whether a count of real patients, or that of all others, is too small to be shown. */
export function isSmallCell(count: number, rows: number, k: number): boolean {
  return (count > 0 && count < k) || (count < rows && rows - count < k);
}

/** What is said in place of a small cell: fewer than k have it, or all but fewer than k. */
export type Withheld = 'few' | 'nearly all';

/** Which kind of small cell a count is; undefined where it may be shown. */
export function withheld(count: number, rows: number, k: number): Withheld | undefined {
  if (!isSmallCell(count, rows, k)) return undefined;
  return count < k ? 'few' : 'nearly all';
}

/** fewer than 11; all but fewer than 11 */
export function withheldText(kind: Withheld, k: number): string {
  return kind === 'few' ? `fewer than ${k}` : `all but fewer than ${k}`;
}

/** Share of rows; undefined where the count is too small to be shown. */
export function shownShare(count: number, rows: number, k: number): number | undefined {
  return isSmallCell(count, rows, k) ? undefined : count / rows;
}

export interface LengthHistogram {
  /** First and last number of codes of each bin; bins are as wide as it takes for no real one to be small. */
  bins: [from: number, to: number][];
  /** Shares of the rows. */
  training: number[];
  holdout: number[];
  synthetic: number[];
}

const BINS = 24;

/** Distinct codes per patient, in common bins. */
export function lengthHistogram(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  k = SMALL_CELL,
): LengthHistogram {
  const sizes = [training, holdout, synthetic].map((matrix) => matrix.rowSizes());
  const longest = sizes.flatMap((own) => [...own]).reduce((a, b) => Math.max(a, b), 0);
  const width = Math.ceil((longest + 1) / BINS);
  const counts = sizes.map((own) => {
    const byBin = new Array<number>(Math.ceil((longest + 1) / width)).fill(0);
    for (const size of own) byBin[Math.floor(size / width)]++;
    return byBin;
  });
  const groups: number[][] = [[]];
  for (let bin = 0; bin < counts[0].length; bin++) {
    groups.at(-1)!.push(bin);
    if (isFull(groups.at(-1)!, counts, k)) groups.push([]);
  }
  // What is left at the end joins the bin before it.
  const last = groups.pop()!;
  if (groups.length > 0) groups.at(-1)!.push(...last);
  else groups.push(last);
  const shares = (own: number[], rows: number) => groups.map((bins) => total(bins, own) / rows);
  return {
    bins: groups.map((bins) => [bins[0] * width, Math.min(longest, (bins.at(-1)! + 1) * width - 1)]),
    training: shares(counts[0], training.rows),
    holdout: shares(counts[1], holdout.rows),
    synthetic: shares(counts[2], synthetic.rows),
  };
}

function isFull(bins: number[], [training, holdout]: number[][], k: number): boolean {
  return total(bins, training) >= k && total(bins, holdout) >= k;
}

function total(bins: number[], counts: number[]): number {
  return bins.reduce((sum, bin) => sum + counts[bin], 0);
}

export interface CorrelationMatrices {
  codes: { code: string; display?: string }[];
  /** φ of each pair, of held-out and of synthetic rows; null where a cell of the pair's table of held-out rows is small. */
  holdout: (number | null)[][];
  synthetic: number[][];
}

const SHOWN_CODES = 40;

/** φ of the pairs of the codes that are commonest in the held-out rows. */
export function correlationMatrices(holdout: CodeMatrix, synthetic: CodeMatrix, k = SMALL_CELL): CorrelationMatrices {
  const columns = commonest(holdout, SHOWN_CODES).sort((a, b) => a - b);
  const [real, other] = [holdout, synthetic].map((matrix) => pairCounts(matrix, columns));
  const square = <T>(cell: (i: number, j: number) => T, diagonal: T) =>
    columns.map((_, i) => columns.map((__, j) => (i === j ? diagonal : cell(Math.min(i, j), Math.max(i, j)))));
  const isSmall = (i: number, j: number) => {
    const both = real.both[i * columns.length + j];
    const cells = [both, real.alone[i] - both, real.alone[j] - both, real.rows - real.alone[i] - real.alone[j] + both];
    return cells.some((count) => isSmallCell(count, real.rows, k));
  };
  return {
    codes: columns.map((column) => ({ code: holdout.columns[column].code, display: holdout.columns[column].display })),
    holdout: square<number | null>((i, j) => (isSmall(i, j) ? null : phi(real, i, j)), 1),
    synthetic: square((i, j) => phi(other, i, j), 1),
  };
}
