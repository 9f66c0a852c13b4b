import { fixed, type Interval, intervalText, numberText, percent, type Share, shareText } from '@ehrsynth/statistics';

/** Said in place of a figure that these rows cannot give. */
export const NOT_MEASURED = 'not measured';

/** What a figure is called, the figure in words, and the one to hold it against; last, where the figure is a number, that number. */
export type Row = [name: string, found: string, beside: string, number?: RowNumber];

/** The number that a row is about, and how numbers like it are written. */
export interface RowNumber {
  value: number;
  text: (value: number) => string;
}

/** A row; without a number where the figure was not measured. */
export function rowOf(
  name: string,
  cells: readonly [found: string, beside: string],
  value: number | undefined,
  text: RowNumber['text'],
): Row {
  return value === undefined || !Number.isFinite(value) ? [name, ...cells] : [name, ...cells, { value, text }];
}

/** A figure with its 95% interval, and what it is to be. */
export function intervalRow(name: string, found: Interval | undefined, beside: string): Row {
  return rowOf(name, [found ? intervalText(found) : NOT_MEASURED, beside], found?.value, three);
}

/** The same of a share. */
export function shareRow(name: string, found: Interval | undefined, beside: string): Row {
  return rowOf(name, [found ? shareText(found) : NOT_MEASURED, beside], found?.value, percent);
}

/** People found among the training patients, beside those among held-out ones. */
export function peopleRow(name: string, training: Share, holdout: Share): Row {
  const people = ({ successes, trials }: Share) => `${numberText(successes)} of ${numberText(trials)}`;
  return rowOf(name, [people(training), `held out ${people(holdout)}`], training.successes, numberText);
}

/** 0.123 */
export function three(value: number): string {
  return fixed(value, 3);
}
