import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Comparison } from '@ehrsynth/evaluation';
import type { Exposure, PrivacyAudit } from '@ehrsynth/privacy';
import type { Verdict } from '@ehrsynth/release';
import { escapeHtml } from './html.ts';
import { bodyOf } from './sections.ts';

/** What a report shows. */
export interface ReportData {
  title: string;
  comparison: Comparison;
  privacy: PrivacyAudit;
  verdict: Verdict;
  /** Of planted canaries, as the model and as the synthetic rows show them. */
  canaries?: { canaries: number; repeats: number; byReconstruction: Exposure; bySamples?: Exposure };
  /** Of each epoch: its losses, and now and then how generated rows stood to real ones. */
  training: { phase: string; done: number; losses: Record<string, number>; probe?: { rmse: number } }[];
}

/** One HTML file with all that it needs in it: text, tables, the figures as JSON, and the plotting library that draws them. */
export async function renderReport(data: ReportData): Promise<string> {
  const asset = (name: string) => readFile(new URL(`../assets/${name}`, import.meta.url), 'utf8');
  const library = createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js');
  const [style, script, echarts] = await Promise.all([
    asset('report.css'),
    asset('report.js'),
    readFile(library, 'utf8'),
  ]);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(data.title)}: report</title>
<style>
${style}</style>
</head>
<body>
${bodyOf(data)}
<script type="application/json" id="figures">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${inScript(echarts)}</script>
<script>
${inScript(script)}</script>
</body>
</html>
`;
}

/** Nothing in a script may look like its end. */
function inScript(text: string): string {
  return text.replace(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '\\x3c!--');
}
