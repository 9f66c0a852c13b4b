import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { renderForecastReport, renderReport, type ReportData, runRanges, type ShownForecasts } from '@ehrsynth/report';
import type { Assessment } from './assess.ts';

/**
 * report.html to look at, report.json with every figure of it.
 * @param shown what made the patients, and some of them; in report.html alone
 */
export async function writeReport(
  folder: string,
  found: Assessment,
  title: string,
  shown: Pick<ReportData, 'origin' | 'timelines'> = {},
): Promise<void> {
  const { runs, ...figures } = found;
  const json = { ...figures, ...(runs && { runs: runRanges(runs) }) };
  await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify(json, null, 1)}\n`);
  await writeFileAtomic(join(folder, 'report.html'), await renderReport({ title, ...shown, ...found }));
}

/** The same of forecasts by themselves. */
export async function writeForecastReport(folder: string, forecasts: ShownForecasts, title: string): Promise<void> {
  await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify({ forecasts }, null, 1)}\n`);
  await writeFileAtomic(join(folder, 'report.html'), await renderForecastReport(title, forecasts));
}
