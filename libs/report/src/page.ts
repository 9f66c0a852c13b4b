import { createHash } from 'node:crypto';
import { escapeHtml, printableLines } from '@ehrsynth/io';

export interface PageParts {
  title: string;
  style: string;
  body: string;
  /** Run at the end of the body, in this order. */
  scripts?: string[];
  /** Scripts that those insert. */
  inserted?: string[];
}

/**
 * A page that has all that it needs in it. Its policy lets a browser run these scripts and use this style, and nothing else: no
 * script that got into the body by whatever way, and no request to anywhere.
 * @see W3C, Content Security Policy Level 3
 */
export function pageOf({ title, style, body, scripts = [], inserted = [] }: PageParts): string {
  const safe = scripts.map(inScript);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(style, [...safe, ...inserted])}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}: report</title>
<style>${style}</style>
</head>
<body>
${body}
${safe.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

/** What scripts read, as JSON in the page. */
export function figuresOf(figures: object): string {
  return `<script type="application/json" id="figures">${inPage(JSON.stringify(figures, shortened))}</script>`;
}

/** Five digits are more than a plot shows; of codes no plot shows the system. */
function shortened(key: string, value: unknown): unknown {
  if (key === 'system') return undefined;
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

/** JSON in which nothing looks like a tag, and whose texts show what would turn or hide others. */
function inPage(json: string): string {
  return json
    .replaceAll('<', '\\u003c')
    .replace(/[\u007f-\u{10ffff}]/gu, (found) => printableLines(found).replaceAll('\\', '\\\\'));
}

/** Tooltips of plots have styles in attributes; these run nothing, and with no other source of images they ask nobody. */
function policyOf(style: string, scripts: string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.length > 0 ? scripts.map(source).join(' ') : "'none'"}`,
    `style-src ${source(style)}`,
    "style-src-attr 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** As a browser reckons it: of what stands between the tags. */
function source(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Nothing in a script may look like its end; line ends are as browsers read them. */
function inScript(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/<\/(?=script)/gi, '<\\/')
    .replaceAll('<!--', '\\x3c!--');
}
