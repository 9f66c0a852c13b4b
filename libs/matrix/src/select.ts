import type { Vocabulary } from '@ehrsynth/vocab';
import { CodeMatrix, type Column, columnKey } from './code-matrix.ts';
import { GrowingInts } from './growing.ts';
import { rollUp } from './levels.ts';

/** Which columns stay, and where each of the source's columns goes; −1 for dropped ones. */
export interface Selection {
  columns: Column[];
  target: Int32Array;
  report: SelectionReport;
}

export interface SelectionReport {
  minPatients: number;
  rare: 'drop' | 'parent';
  kept: number;
  /** Columns counted in their parent because too few patients had them. */
  rolledUp: number;
  /** Columns left out, and the events in them. */
  dropped: number;
  droppedEvents: number;
}

const DEMOGRAPHIC_ORDER = ['sex', 'age', 'race'];

/**
 * The columns held by at least `minPatients` of the rows, or of those named. A rarer code is dropped, or counted in its parent as far up
 * as there is one (the parent then needs as many). Demographic values come first, in their groups; codes follow in the
 * order of kind, system and code.
 */
export function selectColumns(
  matrix: CodeMatrix,
  rule: ColumnRule,
  vocabulary: Vocabulary,
  rows: Int32Array = Int32Array.from({ length: matrix.rows }, (_, row) => row),
): Selection {
  const choice = choosing(matrix.columns, rule, vocabulary);
  let step = choice.next();
  while (!step.done) step = choice.next(carriersOf(matrix, rows, step.value.target, step.value.columns));
  return { ...step.value, report: { ...step.value.report, ...droppedOf(matrix, rows, step.value.target) } };
}

/** The same of rows that are elsewhere. */
export async function selectCounted(
  columns: readonly CountedColumn[],
  rule: ColumnRule,
  vocabulary: Vocabulary,
  count: (asked: ColumnTargets) => Promise<Int32Array>,
): Promise<Selection> {
  const choice = choosing(
    columns.map(({ column }) => column),
    rule,
    vocabulary,
  );
  let step = choice.next();
  while (!step.done) step = choice.next(await count(step.value));
  const { target, report } = step.value;
  const left = columns.filter((_, i) => target[i] === -1);
  const droppedEvents = left.reduce((sum, { events }) => sum + events, 0);
  return { ...step.value, report: { ...report, dropped: left.length, droppedEvents } };
}

/** A column that some row has, with the sum of its counts in the rows that are learned from. */
export interface CountedColumn {
  column: Column;
  events: number;
}

interface ColumnRule {
  minPatients: number;
  rare: 'drop' | 'parent';
}

/** Where each column would be counted, and how many such places there are: asked for is how many rows have each. */
export interface ColumnTargets {
  target: Int32Array;
  columns: number;
}

type Chosen = Pick<Selection, 'columns' | 'target'> & { report: Omit<SelectionReport, 'dropped' | 'droppedEvents'> };

function* choosing(
  own: readonly Column[],
  { minPatients, rare }: ColumnRule,
  vocabulary: Vocabulary,
): Generator<ColumnTargets, Chosen, Int32Array> {
  const columns: Column[] = [...own];
  const index = new Map(columns.map((column, i) => [columnKey(column), i]));
  const target = Int32Array.from(columns.keys());
  let carriers = yield { target, columns: columns.length };
  for (let moved = rare === 'parent'; moved; carriers = yield { target, columns: columns.length }) {
    moved = false;
    for (let column = 0; column < target.length; column++) {
      if (target[column] === -1 || carriers[target[column]] >= minPatients) continue;
      const up = rollUp(columns[target[column]], vocabulary);
      if (!up) continue;
      if (!index.has(columnKey(up))) index.set(columnKey(up), columns.push(up) - 1);
      target[column] = index.get(columnKey(up))!;
      moved = true;
    }
  }
  const kept = [...new Set(target)].filter((column) => carriers[column] >= minPatients);
  kept.sort((a, b) => compare(columns[a], columns[b]));
  const place = new Map(kept.map((column, i) => [column, i]));
  const places = target.map((column) => place.get(column) ?? -1);
  return {
    columns: kept.map((column) => columns[column]),
    target: places,
    report: {
      minPatients,
      rare,
      kept: kept.length,
      rolledUp: places.filter((one, column) => one !== -1 && target[column] !== column).length,
    },
  };
}

/** Columns in the order that a matrix has them in: demographics in their groups, then codes by kind, system and code. */
export function inOrder(columns: readonly Column[]): Column[] {
  return columns.toSorted(compare);
}

/** Given columns, in their order: those that the matrix has count in them, and all others of it are dropped. */
export function selectionOf(
  matrix: CodeMatrix,
  rows: Int32Array,
  wanted: readonly Column[],
  rule: Pick<SelectionReport, 'minPatients' | 'rare'>,
): Selection {
  const columns = wanted.toSorted(compare);
  const index = new Map(columns.map((column, i) => [columnKey(column), i]));
  const target = Int32Array.from(matrix.columns, (column) => index.get(columnKey(column)) ?? -1);
  const report = { ...rule, kept: columns.length, rolledUp: 0, ...droppedOf(matrix, rows, target) };
  return { columns, target, report };
}

function droppedOf(
  { indptr, indices, values }: CodeMatrix,
  rows: Int32Array,
  target: Int32Array,
): Pick<SelectionReport, 'dropped' | 'droppedEvents'> {
  let droppedEvents = 0;
  for (const row of rows)
    for (let at = indptr[row]; at < indptr[row + 1]; at++) if (target[indices[at]] === -1) droppedEvents += values[at];
  return { dropped: target.filter((place) => place === -1).length, droppedEvents };
}

/** The matrix with the selected columns; counts that meet in one column are added. */
export function applySelection(matrix: CodeMatrix, selection: Selection): CodeMatrix {
  const indptr = new GrowingInts();
  const indices = new GrowingInts();
  const values = new GrowingInts();
  indptr.push(0);
  for (let row = 0; row < matrix.rows; row++) {
    for (const [column, count] of selectedEntries(matrix, row, selection)) {
      indices.push(column);
      values.push(count);
    }
    indptr.push(indices.length);
  }
  return new CodeMatrix(selection.columns, indptr.done(), indices.done(), values.done(), matrix.ids);
}

/** Selected columns, ascending, and counts of a row. */
export function selectedEntries(
  { indptr, indices, values }: CodeMatrix,
  row: number,
  { target }: Selection,
): [column: number, count: number][] {
  const counts = new Map<number, number>();
  for (let at = indptr[row]; at < indptr[row + 1]; at++) {
    const column = target[indices[at]];
    if (column !== -1) counts.set(column, (counts.get(column) ?? 0) + values[at]);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

function carriersOf(matrix: CodeMatrix, rows: Int32Array, target: Int32Array, columns: number): Int32Array {
  const carriers = new Int32Array(columns);
  const lastRow = new Int32Array(columns).fill(-1);
  for (const row of rows) {
    for (let at = matrix.indptr[row]; at < matrix.indptr[row + 1]; at++) {
      const column = target[matrix.indices[at]];
      if (column === -1 || lastRow[column] === row) continue;
      lastRow[column] = row;
      carriers[column]++;
    }
  }
  return carriers;
}

function compare(a: Column, b: Column): number {
  return rank(a) - rank(b) || order(sortKey(a), sortKey(b));
}

function rank({ kind, system }: Column): number {
  return kind === 'demographic' ? DEMOGRAPHIC_ORDER.indexOf(system) : DEMOGRAPHIC_ORDER.length;
}

/** Age bands by their first age, all else by its key. */
function sortKey(column: Column): string {
  return column.system === 'age' ? column.code.padStart(8, '0') : columnKey(column);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
