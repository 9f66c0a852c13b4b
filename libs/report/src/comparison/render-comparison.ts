import { readFile } from 'node:fs/promises';
import { escapeHtml } from '@ehrsynth/io';
import { fixed } from '@ehrsynth/statistics';
import { sectionOf, tableOf } from '../html.ts';
import { pageOf } from '../page.ts';
import { REAL } from './comparison-files.ts';
import { BETTER, type ComparedFigure, type ComparisonTable, type Spread, spreadText } from './comparison-table.ts';

/** Models side by side as one HTML file: a picture of each figure, then the table. */
export async function renderComparison(table: ComparisonTable): Promise<string> {
  const style = await Promise.all(
    ['report.css', 'comparison.css'].map((name) => readFile(new URL(`../../assets/${name}`, import.meta.url), 'utf8')),
  );
  const { title, about, models, figures } = table;
  const shown = figures.filter(({ models: found }) => found.some(Boolean));
  const rows = figures.map(({ name, digits, better, models: found, real }) => [
    better ? `${name} ${BETTER[better]}` : name,
    ...found.map((spread) => spreadText(spread, digits)),
    spreadText(real, digits, ''),
  ]);
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
${about.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n')}
</header>
<main>
${sectionOf(
  'pictures',
  'Figure by figure',
  `<p>A dot is the mean over seeds, a bar their range. The dashed line is what real training rows reach in place of synthetic ones. ↑ higher is better, ↓ lower.</p>`,
  `<div class="strips">\n${shown.map((figure) => strip(figure, models)).join('\n')}\n</div>`,
)}
${sectionOf('figures', 'All figures', tableOf('Means, and ranges over seeds', ['', ...models, REAL], rows))}
</main>`;
  return pageOf({ title, style: style.join('\n'), body });
}

const [WIDTH, LEFT, RIGHT, TOP, LINE] = [360, 150, 60, 8, 22];

/** One figure: a line for each model. */
function strip({ name, digits, better, models: found, real }: ComparedFigure, models: readonly string[]): string {
  const known = [...found, real].filter((spread): spread is Spread => spread !== undefined);
  const [low, high] = [Math.min(...known.map((one) => one.low)), Math.max(...known.map((one) => one.high))];
  const span = high - low || 1;
  const x = (value: number) => fixed(LEFT + (high === low ? 0.5 : (value - low) / span) * (WIDTH - LEFT - RIGHT), 1);
  const height = TOP + LINE * models.length + 4;
  const lines = models.map((model, i) => {
    const y = TOP + LINE * i + LINE / 2;
    const label = `<text class="label" x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${escapeHtml(cut(model))}</text>`;
    const spread = found[i];
    if (!spread) return `${label}<text class="none" x="${LEFT}" y="${y + 4}">not measured</text>`;
    const bar = `<line class="range" x1="${x(spread.low)}" x2="${x(spread.high)}" y1="${y}" y2="${y}"/>`;
    const dot = `<circle class="mean" cx="${x(spread.mean)}" cy="${y}" r="4.5"/>`;
    return `${label}${bar}${dot}<text class="value" x="${WIDTH}" y="${y + 4}" text-anchor="end">${fixed(spread.mean, digits)}</text>`;
  });
  const line = real
    ? `<line class="real" x1="${x(real.mean)}" x2="${x(real.mean)}" y1="${TOP}" y2="${height - 4}"/>`
    : '';
  const words = models.map((model, i) => `${model} ${spreadText(found[i], digits)}`).join('; ');
  const beside = real ? `; ${REAL} ${spreadText(real, digits)}` : '';
  return `<figure>
<figcaption><strong>${escapeHtml(name)}</strong>${better ? ` ${BETTER[better]}` : ''}${real ? ` <span class="beside">real ${escapeHtml(fixed(real.mean, digits))}</span>` : ''}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(`${name}: ${words}${beside}`)}">${line}${lines.join('')}</svg>
</figure>`;
}

/** What has room beside a strip; the whole name is in the table. */
function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 20;
