import { type CodeMatrix, columnGroups } from '@ehrsynth/matrix';
import { isSmallCell, SMALL_CELL, type Withheld, withheld, withheldText } from './small-cells.ts';

/** Shares of the patients by one demographic: sex, age band at the end of the record, race. */
export interface DemographicShares {
  group: string;
  categories: DemographicCategory[];
}

/** Why a count of real patients is not given: it is small itself, or a small one would follow from it and the total. */
export type WithheldCategory = Withheld | 'with others';

/** Undefined where the count is withheld. */
export interface DemographicCategory {
  /** A code of the demographic; undefined of patients who have none. */
  code?: string;
  display?: string;
  training?: number;
  holdout?: number;
  synthetic: number;
  withheld?: { training?: WithheldCategory; holdout?: WithheldCategory };
}

/** Sex, age and race of training, held-out and synthetic patients, without small cells of real ones. */
export function demographicShares(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  k = SMALL_CELL,
): DemographicShares[] {
  const sides = [training, holdout, synthetic];
  const carriers = sides.map((matrix) => matrix.carriers());
  return columnGroups(training.columns).map(({ name, start, end }) => {
    const counts = sides.map(({ rows }, side) => {
      const own = [...carriers[side].subarray(start, end)];
      return [...own, rows - own.reduce((a, b) => a + b, 0)];
    });
    const hidden = [0, 1].map((side) => hiddenCells(counts[side], sides[side].rows, k));
    const share = (side: number, i: number) => counts[side][i] / sides[side].rows;
    const categories = counts[0].map((_, i): DemographicCategory => {
      const column = i < end - start ? training.columns[start + i] : undefined;
      const [p, q] = hidden.map((of) => of[i]);
      return {
        ...(column && { code: column.code, ...(column.display !== undefined && { display: column.display }) }),
        ...(!p && { training: share(0, i) }),
        ...(!q && { holdout: share(1, i) }),
        synthetic: share(2, i),
        ...((p || q) && { withheld: { ...(p && { training: p }), ...(q && { holdout: q }) } }),
      };
    });
    return { group: name, categories: categories.filter((_, i) => counts.some((own) => own[i] > 0)) };
  });
}

/** Of each cell why it is hidden: small ones, and the next smallest until what is hidden is no small cell together. */
function hiddenCells(counts: number[], rows: number, k: number): (WithheldCategory | undefined)[] {
  const kinds: (WithheldCategory | undefined)[] = counts.map((count) => withheld(count, rows, k));
  const total = () => counts.reduce((sum, count, i) => sum + (kinds[i] ? count : 0), 0);
  const isOpen = () => kinds.filter((kind, i) => kind && counts[i] > 0).length === 1 || isSmallCell(total(), rows, k);
  while (kinds.some(Boolean) && isOpen()) {
    const others = counts.map((_, i) => i).filter((i) => !kinds[i] && counts[i] > 0);
    if (others.length === 0) break;
    kinds[others.reduce((a, b) => (counts[b] < counts[a] ? b : a))] = 'with others';
  }
  return kinds;
}

/** fewer than 11; all but fewer than 11; withheld with others */
export function withheldCategoryText(kind: WithheldCategory, k: number): string {
  return kind === 'with others' ? 'withheld with others' : withheldText(kind, k);
}
