/** Unicode's controls, formats (direction marks, zero widths), separators of lines, halves of surrogate pairs and private characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const LONGEST = 400;
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text from outside as one line for a terminal or a page: what acts on a terminal, breaks the line, or hides or reorders other
 * characters is written as its escape (\u001b), and what is long is cut.
 */
export function printable(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(UNSAFE, (found) => SHORT[found] ?? escaped(found));
}

/** The same of a text of several lines, whose line ends and tabs are ours; JSON stays the JSON that it was. Nothing is cut. */
export function printableLines(text: string): string {
  return text.replace(UNSAFE, (found) => (found === '\n' || found === '\t' ? found : escaped(found)));
}

/** As JSON escapes it: a character beyond U+FFFF as two halves. */
function escaped(found: string): string {
  let all = '';
  for (let i = 0; i < found.length; i++) all += `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return all;
}
