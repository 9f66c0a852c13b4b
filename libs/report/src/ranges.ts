import { tableOf } from './html.ts';
import type { Row } from './row.ts';

/** One figure over several runs: what each run found, and the median, least and greatest of these. */
export interface Range {
  /** Of each run, in their order; null where it was not measured. */
  values: (number | null)[];
  median: number;
  least: number;
  most: number;
}

/** A figure by its name and part of the report. */
export interface NamedRange extends Range {
  name: string;
}

/** Undefined where no run has a value. */
export function rangeOf(values: readonly (number | undefined)[]): Range | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (known.length === 0) return undefined;
  const middle = Math.floor(known.length / 2);
  const median = known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
  return { values: values.map((value) => value ?? null), median, least: known[0], most: known.at(-1)! };
}

/**
 * Of each row of the first run its range over all runs, in the order of the rows; undefined where none was measured. Rows are found in
 * other runs by their names: counts in a name, as of pairs, may differ.
 * @param runs the rows of each run
 */
export function rangesOf(runs: readonly (readonly Row[])[]): (NamedRange | undefined)[] {
  const byKey = runs.map((rows) => new Map(keysOf(rows).map((key, i) => [key, rows[i]])));
  return keysOf(runs[0]).map((key, i) => {
    const range = rangeOf(byKey.map((rows) => rows.get(key)?.[3]?.value));
    return range && { name: runs[0][i][0].trim(), ...range };
  });
}

/** Cells of rows as tables show them; of several runs those of the first, and the median with the range over all. */
export function cellsOf(...runs: readonly (readonly Row[])[]): string[][] {
  const [rows] = runs;
  const cells = rows.map(([name, found, beside]) => [name, found, beside]);
  if (runs.length === 1) return cells;
  return rangesOf(runs).map((range, i) => [...cells[i], range ? rangeText(range, rows[i], runs) : '']);
}

/** A table of such rows. @param rowsOf of one of the runs */
export function rowTable<T>(
  caption: string,
  head: readonly [string, string, string],
  runs: readonly T[],
  rowsOf: (run: T) => Row[],
): string {
  return tableOf(caption, headOf(head, runs.length), cellsOf(...runs.map(rowsOf)));
}

/** Head of a table of such rows. */
export function headOf([name, found, beside]: readonly [string, string, string], runs: number): string[] {
  return runs === 1 ? [name, found, beside] : [name, `${found}, run 1`, beside, `median of ${runs} runs (range)`];
}

/** 0.981 (0.975 – 0.986); of 2 runs where a third could not measure it. */
function rangeText({ values, median, least, most }: Range, row: Row, runs: readonly (readonly Row[])[]): string {
  const text = (row[3] ?? runs.flat().find((other) => other[0] === row[0] && other[3])?.[3])?.text ?? String;
  const measured = values.filter((value) => value !== null).length;
  const of = measured < values.length ? `; ${measured} of ${values.length} runs` : '';
  return `${text(median)} (${text(least)} – ${text(most)}${of})`;
}

/** Names without the counts in them; those that are then the same are told apart by the row that they stand under, and by their order. */
function keysOf(rows: readonly Row[]): string[] {
  const seen = new Map<string, number>();
  let above = '';
  return rows.map(([name]) => {
    const own = name.replace(/[\d,]+/g, '#');
    if (!name.startsWith(' ')) above = own;
    const key = `${above}/${own}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return `${key}/${seen.get(key)}`;
  });
}
