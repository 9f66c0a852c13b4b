import { createHash } from 'node:crypto';
import { escapeHtml } from '@ehrsynth/io';

export interface PageParts {
  title: string;
  style: string;
  body: string;
  /** Run at the end of the body, in this order. */
  scripts?: string[];
}

/**
 * A page that has all that it needs in it. Its policy lets a browser run these scripts and use this style, and nothing else: no
 * script that got into the body by whatever way, and no request to anywhere.
 * @see W3C, Content Security Policy Level 3
 */
export function pageOf({ title, style, body, scripts = [] }: PageParts): string {
  const safe = scripts.map(inScript);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(style, safe)}">
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
