import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from './render.ts';
import { CHROMIUM, reportWith } from './testing.ts';
import { emptyFigures, historyFigures } from './testing-lives.ts';

const PLOTS = [
  'successions',
  'distributions',
  'calendar',
  'first-ages',
  'survival',
  'histograms',
  'digits',
  'measured',
  'shifts',
  'trajectories',
  'history-roc',
];

describe.skipIf(!CHROMIUM)('records over time and values, in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    folder = await mkdtemp(join(tmpdir(), 'ehrsynth-report-'));
    await writeFile(join(folder, 'full.html'), await renderReport(await reportWith(await historyFigures())));
    await writeFile(join(folder, 'empty.html'), await renderReport(await reportWith(await emptyFigures())));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(
    complaints: string[],
    { file = 'full', colorScheme = 'light' as 'light' | 'dark', width = 1100 } = {},
  ): Promise<Page> {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(join(folder, `${file}.html`)).href);
    return page;
  }

  const plotOn = (page: Page, name: string) => page.locator(`[data-plot="${name}"]`);
  const svgOf = (page: Page, name: string) => plotOn(page, name).locator('svg').innerHTML();

  it.each([
    ['light', 1100],
    ['dark', 1100],
    ['light', 420],
    ['light', 320],
  ] as const)('%s, %i pixels wide: every plot is drawn within the page', async (colorScheme, width) => {
    const complaints: string[] = [];
    const page = await open(complaints, { colorScheme, width });
    for (const name of PLOTS) {
      expect(Number(await plotOn(page, name).getAttribute('data-drawn')), name).toBeGreaterThan(2);
      expect(await plotOn(page, name).locator('svg path').count(), name).toBeGreaterThan(4);
      const svg = await svgOf(page, name);
      expect(svg, name).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg, name).toContain(colorScheme === 'light' ? '#1d2329' : '#e6e9ec');
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('prints in dark ink from a dark screen, as wide as paper is', async () => {
    const complaints: string[] = [];
    const page = await open(complaints, { colorScheme: 'dark' });
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    for (const name of PLOTS) {
      const svg = await svgOf(page, name);
      expect(svg, name).toContain('#1d2329');
      expect(svg, name).not.toContain('#e6e9ec');
      const { width } = (await plotOn(page, name).locator('svg').boundingBox())!;
      expect(width, name).toBeLessThan(700);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('arrow keys go from point to point, from the first to the last', async () => {
    const complaints: string[] = [];
    const page = await open(complaints);
    for (const name of PLOTS) {
      const point = page.locator(`#plot-${name} .point`);
      await plotOn(page, name).focus();
      const said: string[] = [];
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft']) {
        await page.keyboard.press(key);
        said.push(await point.innerText());
      }
      const [first, second, again, last] = said;
      expect(again, name).toBe(first);
      expect(new Set([first, second, last]).size, name).toBe(3);
      for (const words of said) expect(words, name).toMatch(/\d/);
      // The tooltip stands in the plot as text, beside its axes.
      expect(await plotOn(page, name).locator('> div').last().innerText(), name).toMatch(/\d/);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('sides differ by more than their colour', async () => {
    const page = await open([]);
    expect(await svgOf(page, 'first-ages')).toContain('stroke-dasharray');
    expect(await svgOf(page, 'digits')).toContain('<pattern');
    await page.close();
  });

  it('draws the small plots anew where the page gets narrower', async () => {
    const page = await open([]);
    const height = async () => (await plotOn(page, 'digits').boundingBox())!.height;
    const wide = await height();
    await page.setViewportSize({ width: 420, height: 900 });
    await page.waitForTimeout(500);
    expect(await height()).toBeGreaterThan(2 * wide);
    await page.close();
  });

  it('changes the axes of succession', async () => {
    const page = await open([]);
    const before = await svgOf(page, 'successions');
    await page.locator('#log-successions').check();
    expect(await svgOf(page, 'successions')).not.toBe(before);
    await page.close();
  });

  it('a page on which nothing was measured complains of nothing', async () => {
    const complaints: string[] = [];
    const page = await open(complaints, { file: 'empty' });
    expect(await page.locator('#values').innerText()).toContain('not measured: no labs');
    expect(await plotOn(page, 'calendar').locator('svg').count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
