import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from './render.ts';
import { CHROMIUM, reportWith } from './testing.ts';
import { emptyFigures, historyFigures, HOSTILE } from './testing-lives.ts';
import { timelineOf } from './timelines.ts';

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

const start = '2020-02-03';
const quantity = { value: 7.5, unit: '%' };
const PATIENTS = [
  {
    sex: 'female',
    birthDate: '1950-01-01',
    encounters: [{ class: 'IMP', start: '2019-01-01', end: '2019-01-09' }],
    events: [
      { kind: 'condition', code: { code: 'x', display: HOSTILE }, start },
      { kind: 'drug', code: { code: 'pill' }, start, daysSupply: 90 },
      { kind: 'measurement', code: { code: 'a1c' }, start: '2021-02-03', quantity: { ...quantity, value: 9.25 } },
      { kind: 'measurement', code: { code: 'a1c' }, start, quantity },
      { kind: 'condition', code: { code: 'undated' } },
    ],
  },
  { sex: 'male', encounters: [{ class: 'AMB', start }], events: [] },
];

it('a timeline has a row for each code, in order of time, and nothing without a date', () => {
  const day = Date.parse(start) / 86_400_000;
  expect(timelineOf(PATIENTS[0])).toEqual({
    title: 'female, born 1950',
    rows: [
      { kind: 'visit', label: 'IMP', points: [[17897, 17905]] },
      { kind: 'condition', label: HOSTILE, points: [[day]] },
      { kind: 'drug', label: 'pill', points: [[day, day + 90]] },
      {
        kind: 'value',
        label: 'a1c, %',
        points: [
          [day, 7.5],
          [day + 366, 9.25],
        ],
      },
    ],
  });
});

describe.skipIf(!CHROMIUM)('records over time and values, in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    folder = await mkdtemp(join(tmpdir(), 'ehrsynth-report-'));
    const figures = await reportWith(await historyFigures());
    await writeFile(join(folder, 'full.html'), await renderReport({ ...figures, timelines: PATIENTS.map(timelineOf) }));
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
    await page.waitForSelector('body[data-drawn]');
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

  it('shows synthetic patients one at a time', async () => {
    const complaints: string[] = [];
    const page = await open(complaints, { width: 400 });
    const [which, timeline] = [page.locator('#which'), page.locator('#timeline')];
    expect(await which.innerText()).toBe('Patient 1 of 2: female, born 1950');
    expect(await page.locator('#previous').isDisabled()).toBe(true);
    for (const text of ['Visits', HOSTILE, 'pill once', '7.5 to 9.25, 2 times'])
      expect(await timeline.innerText()).toContain(text);
    expect(await timeline.locator('svg.drug rect title').textContent()).toBe('pill: 2020-02-03 to 2020-05-03');
    await page.locator('#next').click();
    expect(await which.innerText()).toBe('Patient 2 of 2: male');
    expect(await timeline.innerText()).not.toContain('pill');
    expect(await page.locator('#next').isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('saves a plot as SVG in dark ink, and its table as CSV', async () => {
    const complaints: string[] = [];
    const page = await open(complaints, { colorScheme: 'dark' });
    const save = async (name: string, kind: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator(`#plot-${name} .save button`, { hasText: kind }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`${name}.${kind.toLowerCase()}`);
      return readFile(await download.path(), 'utf8');
    };
    const svg = await save('calendar', 'SVG');
    expect(svg).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('#1d2329');
    const csv = await save('first-ages', 'CSV');
    expect(csv.split('\r\n')[0]).toBe('code,before the age of,held out,training,synthetic');
    expect(csv).toMatch(/Sugar <b>& salt<\/b><\/script>,\d+,[\d.]+ %/);
    const rows = await page.locator('#plot-first-ages tr').count();
    expect(csv.trimEnd().split('\r\n')).toHaveLength(rows);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('on a sheet of paper nothing is wider than the sheet, and no heading or plot is cut off', async () => {
    const page = await open([], { width: 688 });
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(688);
    // As high as A4 within its margins.
    for (const name of PLOTS) expect((await plotOn(page, name).boundingBox())!.height, name).toBeLessThan(1000);
    const style = (of: string, name: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${of}'))['${name}']`);
    for (const heading of ['h2', 'h3', 'figcaption']) expect(await style(heading, 'breakAfter')).toBe('avoid');
    expect(await style('figure', 'breakInside')).toBe('avoid');
    await page.close();
  });

  it.each([
    ['light', 200],
    ['dark', 60],
  ] as const)('%s: where both sides agree, a heat map looks like the paper', async (colorScheme, bound) => {
    const page = await open([], { colorScheme });
    for (const name of ['correlations', 'measured']) {
      const chart = `echarts.getInstanceByDom(document.querySelector('[data-plot="${name}"]'))`;
      const colours = await page.evaluate<string[]>(`${chart}.getOption().visualMap.at(-1).inRange.color`);
      const middle = Number.parseInt(colours[2].slice(1, 3), 16);
      expect(middle > bound, name).toBe(colorScheme === 'light');
    }
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
