import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { printableLines } from '@ehrsynth/io';
import { pageOf } from './page.ts';
import type { ReportData } from './report-data.ts';
import { bodyOf } from './sections.ts';

/** Plots, then what draws them. */
const SCRIPTS = [
  'prevalence-plot.js',
  'row-plots.js',
  'bar-plots.js',
  'time-plots.js',
  'value-plots.js',
  'dependence-plots.js',
  'report.js',
];

/** One HTML file with all that it needs in it: text, tables, the figures as JSON, and the plotting library that draws them. */
export async function renderReport(data: ReportData): Promise<string> {
  const asset = (name: string) => readFile(new URL(`../assets/${name}`, import.meta.url), 'utf8');
  const library = createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js');
  const [style, echarts, ...scripts] = await Promise.all([
    asset('report.css'),
    readFile(library, 'utf8'),
    ...SCRIPTS.map(asset),
  ]);
  const figures = `<script type="application/json" id="figures">${inPage(JSON.stringify(data))}</script>`;
  return pageOf({
    title: data.title,
    style,
    body: `${bodyOf(data)}\n${figures}`,
    scripts: [echarts, ...scripts],
  });
}

/** JSON in which nothing looks like a tag, and whose texts show what would turn or hide others. */
function inPage(json: string): string {
  return json
    .replaceAll('<', '\\u003c')
    .replace(/[\u007f-\u{10ffff}]/gu, (found) => printableLines(found).replaceAll('\\', '\\\\'));
}
