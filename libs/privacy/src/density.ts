import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { auc, type Interval, rocCurve, type RocPoint, rocPoints, sampleRows, splitRows } from '@ehrsynth/statistics';
import { distances } from './nearest.ts';

/** Widths that are tried: how much less a row counts for each code in which it differs. */
const WIDTHS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.45, 0.6];
const MOST_ROWS = 5000;

export interface DensityAttack {
  /** AUC of members against people who were not in training; 0.5 is safe. */
  auc: Interval;
  roc: RocPoint[];
  /** The kernel's width that fits the reference rows best. */
  width: number;
  /** Rows attacked of either side. */
  rows: number;
}

/**
 * Membership inference by density (DOMIAS): a row is taken for a member where synthetic rows are denser about it than real rows of
 * others, p_S(x) / p_ref(x). Densities are kernel estimates on sets of codes, each code in which two rows differ counting by the same
 * width, which is chosen by the likelihood of each reference row under the others. Half of the held-out rows are the reference of the
 * other half and of half of the members, and the other way round. At most 5,000 rows of each half are used.
 * @see van Breugel et al. 2023, equation 3; Aitchison, Aitken 1976, equation 2
 */
export function densityAttack(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, rng: Rng): DensityAttack {
  const size = Math.min(Math.floor(members.rows / 2), Math.floor(others.rows / 2), MOST_ROWS);
  const halves = (people: CodeMatrix, name: string) => {
    const [first, rest] = splitRows(people, size, rng.fork(name));
    return [first, sampleRows(rest, size, rng.fork(`${name}, rest`))];
  };
  const [attacked, nonMembers] = [halves(members, 'members'), halves(others, 'others')];
  const width = bestWidth(nonMembers[0]);
  const ratios = (people: CodeMatrix, reference: CodeMatrix) => {
    const [dense, usual] = [synthetic, reference].map((about) => logDensities(people, about, [width]));
    return dense.map(([value], row) => value - usual[row][0]);
  };
  const all = ([first, second]: CodeMatrix[]) => [...ratios(first, nonMembers[1]), ...ratios(second, nonMembers[0])];
  const [ofMembers, ofNonMembers] = [all(attacked), all(nonMembers)];
  return {
    auc: auc(ofMembers, ofNonMembers),
    roc: rocCurve(ofMembers, ofNonMembers, rocPoints(2 * size)),
    width,
    rows: 2 * size,
  };
}

/** By the mean log likelihood of each row under the others. */
function bestWidth(reference: CodeMatrix): number {
  const codes = reference.columns.length - reference.firstCode;
  const densities = logDensities(reference, reference, WIDTHS, true);
  let best = { width: WIDTHS[0], likelihood: -Infinity };
  WIDTHS.forEach((width, i) => {
    const mean = densities.reduce((sum, row) => sum + row[i], 0) / densities.length;
    // Each column's kernel sums to 1 over there and not there.
    const likelihood = mean - codes * Math.log1p(width);
    if (likelihood > best.likelihood) best = { width, likelihood };
  });
  return best.width;
}

/** log of the mean of width^distance to the rows about each, for each width, without what does not depend on the row. */
function logDensities(people: CodeMatrix, about: CodeMatrix, widths: number[], isSame = false): number[][] {
  const all: number[][] = [];
  distances(people, about, (row, found) => {
    const counts: number[] = [];
    for (let other = 0; other < found.length; other++) {
      if (isSame && other === row) continue;
      counts[found[other]] = (counts[found[other]] ?? 0) + 1;
    }
    const closest = counts.findIndex((count) => count > 0);
    all.push(
      widths.map((width) => {
        // Counted from the closest on, so that a far one is not 0.
        let sum = 0;
        for (let d = closest; d < counts.length; d++) sum += (counts[d] ?? 0) * width ** (d - closest);
        return closest === -1 ? -Infinity : closest * Math.log(width) + Math.log(sum / found.length);
      }),
    );
  });
  return all;
}
