import { writeFileSync } from 'node:fs';
import { markdownTable } from '../markdown.ts';

/** What came of one run or behaviour. */
export interface Result {
  name: string;
  /** The table's row and column. */
  row: string;
  column: string;
  /** What did not hold; nothing where it passed. */
  faults: string[];
  /** Why nothing was measured. */
  notMeasured?: string;
  seconds: number;
}

export interface Cell {
  row: string;
  column: string;
  runs: number;
  passed: number;
  failed: number;
  notMeasured: number;
  slowest: number;
}

/** Sums of the results by row and column, in their order. */
export function cellsOf(results: readonly Result[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { row, column, faults, notMeasured, seconds } of results) {
    const key = `${row}\n${column}`;
    const cell = cells.get(key) ?? { row, column, runs: 0, passed: 0, failed: 0, notMeasured: 0, slowest: 0 };
    cells.set(key, cell);
    if (notMeasured !== undefined) cell.notMeasured++;
    else {
      cell.runs++;
      if (faults.length > 0) cell.failed++;
      else cell.passed++;
      cell.slowest = Math.max(cell.slowest, seconds);
    }
  }
  return [...cells.values()];
}

/** Rows × columns: how many of the runs passed. A cell that nothing was measured of says so, and never counts as passed. */
export function grid(results: readonly Result[], corner: string): string {
  const cells = cellsOf(results);
  const columns = [...new Set(cells.map(({ column }) => column))];
  const rows = [...new Set(cells.map(({ row }) => row))];
  const text = (cell?: Cell) =>
    cell === undefined
      ? ''
      : cell.runs === 0
        ? 'not measured'
        : cell.failed > 0
          ? `**${cell.passed} of ${cell.runs}**`
          : `${cell.passed} of ${cell.runs}`;
  const slowest = (row: string) =>
    Math.max(...cells.filter((cell) => cell.row === row).map((cell) => cell.slowest)).toFixed(1);
  return markdownTable(
    [corner, ...columns, 'slowest, s'],
    rows.map((row) => [
      row,
      ...columns.map((column) => text(cells.find((cell) => cell.row === row && cell.column === column))),
      slowest(row),
    ]),
  );
}

/** "312 runs: 300 passed, 12 failed, 4 not measured". */
export function summaryOf(results: readonly Result[]): string {
  const measured = results.filter(({ notMeasured }) => notMeasured === undefined);
  const failed = measured.filter(({ faults }) => faults.length > 0).length;
  const open = results.length - measured.length;
  return `${measured.length} runs: ${measured.length - failed} passed, ${failed} failed${open > 0 ? `, ${open} not measured` : ''}`;
}

/** What failed, with what repeats it. */
export function failures(results: readonly Result[], repeat: (result: Result) => string): string {
  return results
    .filter(({ faults, notMeasured }) => faults.length > 0 && notMeasured === undefined)
    .map((result) =>
      [`✗ ${result.name}`, ...result.faults.map((fault) => `    ${fault}`), `    again: ${repeat(result)}`].join('\n'),
    )
    .join('\n');
}

/** Writes PATH.json and PATH.md. */
export function writeResults(path: string, results: readonly Result[], markdown: string): void {
  writeFileSync(`${path}.json`, `${JSON.stringify({ cells: cellsOf(results), results }, null, 1)}\n`);
  writeFileSync(`${path}.md`, `${markdown}\n`);
}

/** As a word of a shell's command line. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
