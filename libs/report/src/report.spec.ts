import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compare } from '@ehrsynth/evaluation';
import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { audit, exposure } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { judge, Policy } from '@ehrsynth/release';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from './render.ts';

const CODES = 40;
const columns: Column[] = [
  ...['female', 'male'].map((code): Column => ({ kind: 'demographic', system: 'sex', code, level: 'code' })),
  ...Array.from({ length: CODES }, (_, i): Column => ({
    kind: 'condition',
    system: 'urn:test',
    code: `C${i}`,
    display: `Code <${i}> & more</script>`,
    level: 'code',
  })),
];

function draw(rows: number, seed: string): CodeMatrix {
  const rng = new Rng(seed);
  const builder = new MatrixBuilder(columns);
  for (let row = 0; row < rows; row++) {
    const own = columns.slice(2).filter((_, i) => rng.chance(0.5 / (1 + i / 4)));
    builder.add(
      String(row),
      [columns[rng.int(2)], ...own].map((column): [Column, number] => [column, 1 + rng.int(3)]),
    );
  }
  return builder.build();
}

async function report(): Promise<string> {
  const [training, holdout, synthetic] = [draw(600, 'r'), draw(300, 'h'), draw(400, 's')];
  const [comparison, privacy] = [await compare(training, holdout, synthetic), audit(training, holdout, synthetic)];
  const verdict = judge({ comparison, privacy }, Policy.parse({ gates: { 'prevalence-shortfall': -0.5 } }));
  const events = [1, 2, 3].map((done) => ({
    phase: 'gan',
    done,
    losses: { generator: 1 / done, discriminator: 0.5 },
    ...(done === 2 && { probe: { rmse: 0.02 } }),
  }));
  const remembered = exposure([1, 2], [0, 3, 4]);
  const canaries = { canaries: 2, repeats: 1, byReconstruction: remembered, bySamples: remembered };
  return renderReport({ title: 'A <test>', comparison, privacy, verdict, canaries, training: events });
}

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PATHS.find((path) => path && existsSync(path));
if (!executablePath)
  console.warn('The report is not tried in a browser: there is no Chromium (Debian: apt install chromium).');

/** Of the plot of prevalence: where its axes end, how long they are in pixels, its texts, and which of them overlap. */
interface Looks {
  max: number;
  sides: [number, number];
  texts: string[];
  overlaps: [string, string][];
}
const LOOKS = `(() => {
  const element = document.querySelector('[data-plot="prevalence"]');
  const chart = echarts.getInstanceByDom(element);
  const { min, max } = chart.getOption().xAxis[0];
  const [low, high] = [min, max].map((at) => chart.convertToPixel({ gridIndex: 0 }, [at, at]));
  const texts = [...element.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
  const isOver = (a, b) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
  const overlaps = texts.flatMap(([text, a], i) =>
    texts.slice(i + 1).filter(([, b]) => isOver(a, b)).map(([other]) => [text, other]),
  );
  return { max, sides: [high[0] - low[0], low[1] - high[1]], overlaps, texts: texts.map(([text]) => text) };
})()`;

const PLOTS = [
  'prevalence',
  'lengths',
  'demographics',
  'counts',
  'correlations',
  'coverage',
  'prediction',
  'roc',
  'distances',
  'training',
];

it('is one file: nothing in it is fetched', async () => {
  const html = await report();
  const scripts = html.match(/<script[^>]*>/g);
  // Six files of plots, what draws them, what unpacks ECharts, and timelines.
  const ours = Array<string>(9).fill('<script>');
  const data = ['<script type="text/plain" id="packed">', '<script type="application/json" id="figures">'];
  expect(scripts).toEqual([...data, ...ours]);
  const markup = html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '');
  expect(/<(?:img|link|iframe|script)/.test(markup)).toBe(false);
  expect(markup).toContain(`default-src 'none'; script-src 'sha256-`);
  expect(/@import|url\(/.test(markup)).toBe(false);
  expect(markup.includes('<title>A &lt;test&gt;: report</title>')).toBe(true);
  // None of the code's name, which has one in it.
  expect(html.match(/<\/script>/g)).toHaveLength(11);
});

describe.skipIf(!executablePath)('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let address: string;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    folder = await mkdtemp(join(tmpdir(), 'ehrsynth-report-'));
    const path = join(folder, 'report.html');
    await writeFile(path, await report());
    address = pathToFileURL(path).href;
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(colorScheme: 'light' | 'dark', complaints: string[] = []): Promise<Page> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1100, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith('file:') && !url.startsWith('data:')) complaints.push(url);
    });
    await page.goto(address);
    await page.waitForSelector('body[data-drawn]');
    return page;
  }

  it.each(['light', 'dark'] as const)('%s: every plot is drawn, and nothing complains', async (scheme) => {
    const complaints: string[] = [];
    const page = await open(scheme, complaints);
    for (const name of PLOTS) {
      const plot = page.locator(`[data-plot="${name}"]`);
      expect(Number(await plot.getAttribute('data-drawn')), name).toBeGreaterThan(1);
      expect(await plot.locator('svg path').count(), name).toBeGreaterThan(4);
      expect(await plot.getAttribute('aria-label'), name).toContain('Arrow keys');
    }
    // Long tables came compressed, and are whole.
    expect(await page.locator('[data-packed]').count()).toBeGreaterThan(0);
    for (const table of await page.locator('[data-packed]').all())
      expect(await table.locator('tr').count()).toBeGreaterThan(40);
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(paper).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 28)');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says the verdict first, and what failed, in words', async () => {
    const page = await open('light');
    expect(await page.locator('header .verdict').innerText()).toMatch(
      /^✗ Not fit for release: (one gate|\d+ gates) failed\.$/,
    );
    expect(await page.locator('.cards').innerText()).toContain('of 4 gates passed');
    expect(await page.locator('header .advice').innerText()).toContain('The model misses what is common');
    await page.close();
  });

  it("shows a code's row on hover, and by the keyboard", async () => {
    const page = await open('light');
    const plot = page.locator('[data-plot="prevalence"]');
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    const said = await page.locator('#plot-prevalence .point').innerText();
    expect(said).toMatch(
      /^C\d+ Code <\d+> & more<\/script>: training [\d.]+ %, held out [\d.]+ %, synthetic [\d.]+ %$/,
    );
    expect(await plot.innerText()).toContain(said.split(' ')[0]);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#plot-prevalence .point').innerText()).not.toBe(said);
    await page.close();
  });

  it('shows a point of every plot, which the policy of the page does not hinder', async () => {
    const complaints: string[] = [];
    const page = await open('light', complaints);
    for (const name of PLOTS) {
      await page.locator(`[data-plot="${name}"]`).focus();
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
      const box = (await page.locator(`[data-plot="${name}"]`).boundingBox())!;
      for (const part of [0.3, 0.5, 0.7]) await page.mouse.move(box.x + part * box.width, box.y + part * box.height);
      await page.waitForTimeout(50);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('prevalence: equal axes, round ticks, and no label on another', async () => {
    const page = await open('light');
    const looks = () => page.evaluate<Looks>(LOOKS);
    const isEven = await looks();
    expect(isEven.overlaps).toEqual([]);
    expect(isEven.texts.filter((text) => /^C\d/.test(text))).toHaveLength(5);
    await page.locator('#log-axes').check();
    const isLog = await looks();
    expect(isLog.overlaps).toEqual([]);
    expect(isLog.max).toBe(1);
    for (const tick of ['1 %', '10 %', '100 %']) expect(isLog.texts.filter((text) => text === tick)).toHaveLength(2);
    for (const { sides } of [isEven, isLog]) expect(sides[0]).toBeCloseTo(sides[1]);
    await page.close();
  });

  it('every control is reached by Tab, and tables open', async () => {
    const page = await open('light');
    const reached = new Set<string>();
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate<string>('document.activeElement.dataset.plot ?? document.activeElement.id'));
    }
    for (const name of [...PLOTS, 'log-axes']) expect(reached).toContain(name);
    const details = page.locator('#plot-coverage details');
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await details.locator('tbody tr').count()).toBe(7);
    expect(await details.locator('table').isVisible()).toBe(true);
    await page.close();
  });

  it('prints in dark ink, also from a dark screen', async () => {
    const page = await open('dark');
    const ink = () => page.locator('[data-plot="roc"] svg text').first().getAttribute('fill');
    expect(await ink()).toBe('#e6e9ec');
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    expect(await ink()).toBe('#1d2329');
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.close();
  });
});
