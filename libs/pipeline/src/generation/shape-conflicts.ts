import { ShapeOptionError } from '../errors.ts';

/** Columns of which every wanted row has one. */
export interface WantedColumns {
  /** The option as it was given. */
  option: string;
  /** Name of the demographic; undefined of codes, of which a row may have several. */
  group?: string;
  columns: readonly number[];
  /** Of a condition on the age: first and last year. */
  ages?: readonly [from: number, to: number];
}

/** A share of the rows that have one of the columns. */
export interface WantedShare extends WantedColumns {
  share: number;
}

/** Sums of shares are as exact as that. */
const CLOSE = 1e-6;

/**
 * Conditions and shares that contradict each other by what they are of, whatever the model draws: two values of one demographic, a share of
 * those whom a condition leaves out, more patients with a code than with the codes that it is one of.
 * @throws ShapeOptionError with both
 */
export function refuseConflicts(conditions: readonly WantedColumns[], shares: readonly WantedShare[]): void {
  const conflict = (a: WantedColumns, b: WantedColumns, why: string) =>
    new ShapeOptionError(`${a.option} and ${b.option} contradict each other: ${why}`, 'Leave one of them out.');
  for (const [i, condition] of conditions.entries()) {
    for (const other of conditions.slice(0, i))
      if (isOfOne(condition, other) && !haveCommon(condition, other))
        throw conflict(other, condition, `a patient has one ${condition.group}`);
    for (const share of shares) {
      if (isOfOne(condition, share) && share.share > 0 && !isWithin(share, condition))
        throw conflict(condition, share, 'the share is of patients whom the condition leaves out');
      if (areCodes(condition, share) && share.share < 1 - CLOSE && isWithin(condition, share))
        throw conflict(condition, share, 'all whom the condition keeps have the code');
    }
  }
  for (const share of shares)
    for (const other of shares)
      if (
        (isOfOne(share, other) || areCodes(share, other)) &&
        isWithin(share, other) &&
        share.share > other.share + CLOSE
      )
        throw conflict(
          share,
          other,
          areCodes(share, other)
            ? 'every patient with the first code also has the second'
            : 'every patient of the first group is also in the second',
        );
}

function haveCommon(a: WantedColumns, b: WantedColumns): boolean {
  if (a.ages && b.ages) return a.ages[0] <= b.ages[1] && b.ages[0] <= a.ages[1];
  return a.columns.some((column) => b.columns.includes(column));
}

function isOfOne(a: WantedColumns, b: WantedColumns): boolean {
  return a.group !== undefined && a.group === b.group;
}

function areCodes(a: WantedColumns, b: WantedColumns): boolean {
  return a.group === undefined && b.group === undefined;
}

function isWithin(a: WantedColumns, b: WantedColumns): boolean {
  return a.columns.every((column) => b.columns.includes(column));
}
