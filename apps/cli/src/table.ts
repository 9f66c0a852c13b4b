import Table from 'cli-table3';
import { printable } from '@ehrsynth/io';

/** Rows under a header, numbers to the right, without frames; for people. A cell is one line, whatever stands in it. */
export function table(header: string[], rows: (string | number)[][]): string {
  const right = header.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const drawn = new Table({
    head: header,
    colAligns: right.map((isNumber) => (isNumber ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
  });
  drawn.push(...rows.map((row) => row.map((cell) => printable(text(cell), LONGEST_CELL))));
  return drawn
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

/** 1234567 → 1,234,567 */
export function text(value: string | number): string {
  return typeof value === 'number' && Number.isInteger(value) ? value.toLocaleString('en-US') : String(value);
}

const LONGEST_CELL = 1000;

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((name) =>
  name === 'middle' ? [name] : [name, `${name}-mid`, `${name}-left`, `${name}-right`, `left-${name}`, `right-${name}`],
);

/** Rows of long texts, each column as wide as its share of the terminal, broken where it must. */
export function wrapped(header: string[], given: string[][], width = process.stdout.columns || 160): string {
  const rows = given.map((row) => row.map((cell) => printable(cell, LONGEST_CELL)));
  const wanted = header.map((head, i) => GAP + Math.max(head.length, ...rows.map((row) => row[i].length)));
  const widths = shares(wanted, width - INDENT.length);
  const drawn = new Table({
    head: header,
    colWidths: widths,
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
  });
  drawn.push(...rows.map((row) => row.map((cell, i) => withBreaks(cell, widths[i] - GAP))));
  return drawn
    .toString()
    .split('\n')
    .map((line) => INDENT + line.trimEnd())
    .join('\n');
}

const GAP = 2;
const INDENT = '  ';
const NARROWEST = 12;

/** The text with its long words (paths, addresses) broken. */
function withBreaks(cell: string, width: number): string {
  return cell.replace(new RegExp(`\\S{${width}}(?=\\S)`, 'g'), '$& ');
}

/** Widths that together fill the line: the wanted one where it fits, and the rest shared out evenly. */
function shares(wanted: number[], width: number): number[] {
  const widths = [...wanted];
  let open = widths.map((_, i) => i);
  let left = width;
  while (open.length > 0) {
    const share = Math.max(NARROWEST, Math.floor(left / open.length));
    const fitting = open.filter((i) => wanted[i] <= share);
    if (fitting.length === 0) {
      open.forEach((i) => (widths[i] = share));
      break;
    }
    left -= fitting.reduce((sum, i) => sum + wanted[i], 0);
    open = open.filter((i) => wanted[i] > share);
  }
  return widths;
}
