import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { escapeHtml } from '@ehrsynth/io';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOf } from './page.ts';

it('text is text, between tags and between quotes, and shows what would turn or hide it', () => {
  expect(escapeHtml(`<b onclick='x("&")'>`)).toBe('&lt;b onclick=&#39;x(&quot;&amp;&quot;)&#39;&gt;');
  expect(escapeHtml('exe.\u202etxt\u0000')).toBe('exe.\\u202etxt\\u0000');
});

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PATHS.find((path) => path && existsSync(path));

describe.skipIf(!executablePath)("a page's policy, in Chromium", () => {
  let browser: Browser;
  let folder: string;
  let server: Server;
  let asked: string[];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    folder = await mkdtemp(join(tmpdir(), 'ehrsynth-page-'));
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.end('window.hits = [...(window.hits ?? []), "fetched"]');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  /** What ran on a page, and what it asked a server for. */
  async function open(html: string): Promise<{ hits: string[]; own: unknown; asked: string[] }> {
    asked = [];
    const path = join(folder, 'page.html');
    await writeFile(path, html);
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path).href);
    await page.locator('#link').click();
    await page.waitForTimeout(300);
    const hits = await page.evaluate<string[]>('window.hits ?? []');
    const own = await page.evaluate('document.body.dataset.own');
    await page.close();
    return { hits, own, asked };
  }

  it('runs our scripts, and nothing that got into the body; asks nobody for anything', async () => {
    const away = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const hit = (name: string) => `window.hits = [...(window.hits ?? []), '${name}']`;
    const body = `<script>${hit('script')}</script><img src="nothing.png" onerror="${hit('handler')}"><svg onload="${hit('svg')}"></svg>
<a id="link" href="javascript:${hit('link')}; void 0">x</a><script src="${away}/script"></script><img src="${away}/image">
<link rel="stylesheet" href="${away}/style"><iframe src="${away}/frame"></iframe><style>body { background: url(${away}/background) }</style>`;
    const script = `document.body.dataset.own = 'yes'; fetch('${away}/fetch').catch(() => {}); // </script><!--`;
    const html = pageOf({ title: 'x', style: 'body { color: red }', body, scripts: [script] });
    expect(await open(html)).toEqual({ hits: [], own: 'yes', asked: [] });
    // Without the policy all of this happens.
    const open2 = await open(html.replace(/<meta http-equiv[^>]*>/, ''));
    expect([...open2.hits].sort()).toEqual(['fetched', 'handler', 'link', 'script', 'svg']);
    expect(open2.asked.sort()).toEqual(
      expect.arrayContaining(['/background', '/fetch', '/frame', '/image', '/script', '/style']),
    );
  });
});
