import { markdownTable } from '../markdown.ts';
import type { Figure, MeasuredPart } from './figure.ts';

export const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->'];

/** A column's head, and what it shows of a figure; nothing where the figure lacks it. */
const COLUMNS: [head: string, cell: (figure: Figure) => string | undefined | false][] = [
  ['', ({ name }) => name],
  ['seconds', ({ seconds }) => rounded(seconds)],
  [
    'per second',
    ({ count, unit, seconds }) =>
      count !== undefined && `${Math.round(count / seconds).toLocaleString('en-US')} ${unit}`,
  ],
  ['× its reference', ({ ratio, reference }) => ratio !== undefined && `${ratio.toFixed(2)} × ${reference}`],
  ['peak memory', ({ peakMb }) => peakMb !== undefined && `${peakMb} MB`],
  ['', ({ note }) => note],
];

/** A table of figures in Markdown; columns that are empty for all are left out. */
export function figureTable(figures: readonly Figure[]): string {
  const shown = COLUMNS.filter(([, cell]) => figures.some((figure) => cell(figure)));
  return markdownTable(
    shown.map(([head]) => head),
    figures.map((figure) => shown.map(([, cell]) => cell(figure) || '')),
  );
}

/** Three digits that matter. */
export function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

/**
 * A page with its tables between the two marks replaced, part by part: parts that were not measured stay as they are.
 * @param order of all parts
 * @throws Error where the marks are not there
 */
export function withTables(page: string, parts: Record<string, MeasuredPart>, order: readonly string[]): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  const sections = new Map<string, string>();
  for (const section of page.slice(from + BEGIN.length, to).split(/(?=<!-- bench: [a-z-]+ -->)/)) {
    const [, name] = /^<!-- bench: ([a-z-]+) -->/.exec(section) ?? [];
    if (name) sections.set(name, section.trim());
  }
  for (const [name, { machine, table }] of Object.entries(parts))
    sections.set(name, `${markOf(name)}\n\n${machine}.\n\n${table}`);
  const texts = order.flatMap((name) => sections.get(name) ?? []);
  return `${page.slice(0, from)}${[BEGIN, ...texts, END].join('\n\n')}${page.slice(to + END.length)}`;
}

function markOf(name: string): string {
  return `<!-- bench: ${name} -->`;
}
