import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { withheldReport } from '@ehrsynth/release';
import { renderWithheldReport, type ReportOrigin } from '@ehrsynth/report';
import type { Assessment } from '../assessment/assess.ts';
import { writeReport } from '../assessment/report-files.ts';
import type { MeasuredRelease } from './measure-release.ts';

/**
 * The report of a package.
 * @param isPrivate the model was trained with a privacy budget: no figure of a real patient is shown
 */
export async function writeReleaseReport(
  folder: string,
  { found, matrix, timelines }: MeasuredRelease,
  title: string,
  isPrivate: boolean,
  origin: ReportOrigin,
): Promise<void> {
  if (!isPrivate) return writeReport(folder, withoutUnusedCodes(found), title, { origin, timelines });
  const report = withheldReport(matrix, found, found.verdict);
  await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
  await writeFileAtomic(join(folder, 'report.html'), await renderWithheldReport(title, report, timelines));
}

/** A code that is not in the records, and of too few patients to show how many, says something of the source alone. */
function withoutUnusedCodes(found: Assessment): Assessment {
  const byCode = found.comparison.byCode.filter(({ synthetic, training }) => synthetic > 0 || training !== undefined);
  return { ...found, comparison: { ...found.comparison, byCode } };
}
