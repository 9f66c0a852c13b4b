import { readFile } from 'node:fs/promises';
import { escapeHtml } from '@ehrsynth/io';
import type { WithheldReport } from '@ehrsynth/release';
import { numberText, percent, shareText } from '@ehrsynth/statistics';
import { sectionOf, tableOf } from './html.ts';
import { figuresOf, pageOf } from './page.ts';
import { NOT_MEASURED } from './row.ts';
import { gatesSection, verdictOf } from './gates-section.ts';
import { type Timeline, timelineSection } from './timelines.ts';

/**
 * The report of a release of a private model, as one HTML file: figures of the synthetic records, and of each gate whether it passed.
 * @param timelines of synthetic patients
 */
export async function renderWithheldReport(
  title: string,
  report: WithheldReport,
  timelines: readonly Timeline[] = [],
): Promise<string> {
  const asset = (name: string) => readFile(new URL(`../assets/${name}`, import.meta.url), 'utf8');
  const [style, script] = await Promise.all([asset('report.css'), asset('timelines.js')]);
  const { rows, codes } = report.synthetic;
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
<p>${numberText(rows)} synthetic patients with ${numberText(codes)} codes. Figures of real patients are not covered by the privacy budget and are withheld;
for gates that depend on them, only whether they passed is shown.</p>
${verdictOf(report.verdict)}
</header>
<main>
${gatesSection(report.verdict)}
${timelineSection(timelines)}
${syntheticSection(report)}
</main>
${timelines.length > 0 ? figuresOf({ timelines }) : ''}`;
  return pageOf({ title, style, body, scripts: timelines.length > 0 ? [script] : [] });
}

function syntheticSection({ synthetic, records, kAnonymity }: WithheldReport): string {
  const { byCode, lengths, violations } = synthetic;
  const figures: [string, string][] = [
    ['rows impossible for sex or age', violations.share ? shareText(violations.share) : NOT_MEASURED],
    ...(records
      ? [
          [
            'records or checks with format errors',
            `${numberText(records.invalid)} of ${numberText(records.checked)}`,
          ] as [string, string],
        ]
      : []),
    ...(kAnonymity
      ? [
          [`patients in the smallest class of ${kAnonymity.quasiIdentifiers.join(', ')}`, numberText(kAnonymity.k)] as [
            string,
            string,
          ],
        ]
      : []),
  ];
  return sectionOf(
    'synthetic',
    'The synthetic records',
    tableOf('Figures', ['', 'found'], figures),
    tableOf(
      'Patients by number of distinct codes',
      ['codes', 'patients'],
      lengths.map((patients, size) => [size, patients]),
    ),
    tableOf(
      'Prevalence of the codes',
      ['code', '', 'share of the patients'],
      byCode.map(({ code, display, synthetic: share }) => [code, display ?? '', percent(share)]),
    ),
  );
}
