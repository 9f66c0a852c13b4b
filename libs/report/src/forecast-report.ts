import { readFile } from 'node:fs/promises';
import { escapeHtml } from '@ehrsynth/io';
import { forecastSection, type ShownForecasts } from './forecast-section.ts';
import { pageOf } from './page.ts';

/** A report of forecasts by themselves, as one HTML file. */
export async function renderForecastReport(title: string, forecasts: ShownForecasts): Promise<string> {
  const style = await readFile(new URL('../assets/report.css', import.meta.url), 'utf8');
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
<p>Intervals are of 95 %.</p>
</header>
<main>
${forecastSection(forecasts)}
</main>`;
  return pageOf({ title, style, body });
}
