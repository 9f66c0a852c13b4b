import { Tokenizer, TokenType } from '@streamparser/json';
import type { Text } from './files.ts';

/** One of several documents in a text. */
export interface Part {
  text: string;
  /** From 0, in the text. */
  line: number;
}

const COMMA = 44;
const NEWLINE = 10;
/** RS, which begins each document of a JSON text sequence (RFC 7464). */
const RECORD_SEPARATOR = /\x1e/g;
const NUL = /\0/g;
/** Of a file that was put together from several. */
const MARKS = /(^|[\n}])\uFEFF(?=\s*[{[])/g;
/** What opens and what closes it. */
const PAIRS = new Map<TokenType, TokenType>([
  [TokenType.LEFT_BRACE, TokenType.RIGHT_BRACE],
  [TokenType.LEFT_BRACKET, TokenType.RIGHT_BRACKET],
]);
const CLOSING = new Set(PAIRS.values());

/** The text without what others put between documents, where there is any, and what that was. */
export function withoutSeparators({ text }: Pick<Text, 'text'>): { text: string; found: string[] } {
  const found: string[] = [];
  let clean = text;
  if (clean.includes('\x1e')) clean = clean.replace(RECORD_SEPARATOR, ' ');
  if (clean.includes('\0')) {
    clean = clean.replace(NUL, ' ');
    found.push('NUL bytes');
  }
  if (clean.includes('\uFEFF')) clean = clean.replace(MARKS, '$1 ');
  const end = lastVisible(clean);
  if (clean.charCodeAt(end) === COMMA) {
    clean = clean.slice(0, end);
    found.push('a comma at the end');
  }
  return { text: clean, found };
}

/**
 * The documents of a text that is more than one: they may follow each other on a line or go over many. After one that is broken the
 * next is looked for at the lines that begin with a brace.
 */
export function splitText(text: string): Part[] {
  const bytes = Buffer.from(text);
  const parts: Part[] = [];
  let line = 0;
  let counted = 0;
  const add = (start: number, end: number) => {
    for (let at = bytes.indexOf(NEWLINE, counted); at >= 0 && at < start; at = bytes.indexOf(NEWLINE, at + 1)) {
      line++;
      counted = at + 1;
    }
    parts.push({ text: bytes.toString('utf8', start, end), line });
  };
  for (let start = 0; start < bytes.length;) {
    const { spans, broken } = wholeSpans(bytes, start);
    for (const [from, to] of spans) add(from, to);
    if (broken === undefined) break;
    const next = nextStart(bytes, broken);
    add(broken, next);
    start = next;
  }
  return parts;
}

/** Where documents begin and end, and where one begins that is broken. */
function wholeSpans(bytes: Buffer, start: number): { spans: [number, number][]; broken?: number } {
  const spans: [number, number][] = [];
  const tokenizer = new Tokenizer({ separator: '' });
  const open: TokenType[] = [];
  let begin: number | undefined;
  tokenizer.onToken = ({ token, offset }) => {
    const closedBy = PAIRS.get(token);
    if (closedBy !== undefined) {
      if (open.length === 0) begin = start + offset;
      open.push(closedBy);
    } else if (CLOSING.has(token)) {
      if (open.pop() !== token) throw new Error('closed by another brace than opened');
      if (open.length > 0) return;
      spans.push([begin!, start + offset + 1]);
      begin = undefined;
    }
  };
  const endOf = () => spans.at(-1)?.[1] ?? start;
  try {
    tokenizer.write(bytes.subarray(start));
    tokenizer.end();
    if (begin === undefined) return { spans };
  } catch {
    // What is broken is said where it is parsed.
  }
  const broken = begin ?? endOf();
  return bytes.subarray(broken).toString('utf8').trim() === '' ? { spans } : { spans, broken };
}

/** The next line after it that begins with a brace. */
function nextStart(bytes: Buffer, after: number): number {
  for (let at = bytes.indexOf(NEWLINE, after); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (bytes[at + 1] === 0x7b) return at + 1;
  }
  return bytes.length;
}

function lastVisible(text: string): number {
  let end = text.length - 1;
  while (end > 0 && text.charCodeAt(end) <= 32) end--;
  return end;
}
