import { printable } from '@ehrsynth/io';

/** What Markdown reads as code, links, images, HTML, entities, cells, emphasis. */
const ACTIVE = /[\\`[\]<>&|*~]/g;
/** What makes a line a heading, a quotation, an item, a rule or a heading of the line above. */
const START = /^(?:[#+=\-_]|\d+(?=[.)]))/;

/** A text as one line of Markdown that shows it as it is: no link, no HTML, no heading, nothing that hides other text. */
export function markdownLine(text: string): string {
  const line = printable(text.replace(/\s*[\r\n]+\s*/g, ' ').trim(), Infinity);
  return escapeStart(line.replace(ACTIVE, (found) => (found === '&' ? '&amp;' : `\\${found}`)));
}

/** The same of a text of several lines and paragraphs, which stay. */
export function markdownText(text: string): string {
  return text
    .trim()
    .split(/\r\n?|\n/)
    .map(markdownLine)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function escapeStart(line: string): string {
  const [start] = START.exec(line) ?? [''];
  if (start === '') return line;
  return /\d/.test(start) ? `${start}\\${line.slice(start.length)}` : `\\${line}`;
}
