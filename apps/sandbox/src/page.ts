import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { escapeHtml } from '@ehrsynth/io';
import { htmlPage } from './html.ts';

const ASSETS: Record<string, string> = {
  'page.css': 'text/css',
  'page.js': 'text/javascript',
  'views.js': 'text/javascript',
  'timeline.js': 'text/javascript',
  'record.js': 'text/javascript',
  'server.js': 'text/javascript',
  'dom.js': 'text/javascript',
};
/** Runs its own scripts alone, asks this server alone. @see W3C, Content Security Policy Level 3 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Answers a browser that asks for / with a page on which to look at what is here, and the page's own files.
 * @param token that the page may ask with; undefined where none is needed, or the user has it
 * @returns whether it was asked for one of these
 */
export async function answerPage(request: IncomingMessage, response: ServerResponse, token?: string): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const [path] = request.url!.split('?');
  if (path === '/' && /text\/html/i.test(request.headers.accept ?? '')) {
    send(response, 'text/html', pageHtml(token));
    return true;
  }
  const [, name] = /^\/page\/([\w.]+)$/.exec(path) ?? [];
  if (name === undefined || !Object.hasOwn(ASSETS, name)) return false;
  send(response, ASSETS[name], await readFile(new URL(`../assets/${name}`, import.meta.url), 'utf8'));
  return true;
}

function send(response: ServerResponse, type: string, text: string): void {
  response
    .writeHead(200, {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      Vary: 'Accept, Origin',
    })
    .end(text);
}

function pageHtml(token: string | undefined): string {
  const meta = token === undefined ? '' : `<meta name="sandbox-token" content="${escapeHtml(token)}">\n`;
  const body = `<h1>ehrsynth sandbox</h1>
<nav aria-label="Views"><ul>
<li><a href="#/">Patients</a></li>
<li><a href="#/query?Condition?_count=5">FHIR</a></li>
<li><a href="#/query?metadata">CapabilityStatement</a></li>
</ul></nav>
<main></main>`;
  const head = `${meta}<link rel="icon" href="data:,">
<script type="module" src="/page/page.js"></script>
`;
  return htmlPage('ehrsynth sandbox', body, head);
}
