import Table from 'cli-table3';

/** Rows under a header, numbers to the right, without frames; for people. */
export function table(header: string[], rows: (string | number)[][]): string {
  const right = header.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const drawn = new Table({
    head: header,
    colAligns: right.map((isNumber) => (isNumber ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
  });
  drawn.push(...rows.map((row) => row.map(text)));
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

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((name) =>
  name === 'middle'
    ? [name]
    : [name, `${name}-mid`, `${name}-left`, `${name}-right`, `left-${name}`, `right-${name}`],
);
