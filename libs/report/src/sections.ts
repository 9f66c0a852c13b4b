import { escapeHtml } from '@ehrsynth/io';
import { numberText } from '@ehrsynth/statistics';
import { fidelitySection } from './fidelity-section.ts';
import { forecastSection } from './forecast-section.ts';
import { gatesSection, verdictOf } from './gates-section.ts';
import { methodsSection, originText } from './methods-section.ts';
import { overviewSection } from './overview-section.ts';
import { privacySection } from './privacy-section.ts';
import { type ReportData, type RunFigures, runsOf } from './report-data.ts';
import { timelineSection } from './timelines.ts';
import { timeSection } from './time-section.ts';
import { trainingSection } from './training-section.ts';
import { utilitySection } from './utility-section.ts';
import { valuesSection } from './values-section.ts';

/** The page: the verdict with what to do, the pictures that matter, the gates, and all that they rest on. */
export function bodyOf(data: ReportData): string {
  const { rows, codes, smallCell } = data.comparison;
  const parts: [id: string, name: string][] = [
    ['overview', 'At a glance'],
    ['gates', 'Gates'],
    ...(data.timelines?.length ? [['patients', 'Patients'] as [string, string]] : []),
    ['fidelity', 'Fidelity'],
    ['time', 'Time'],
    ['values', 'Values'],
    ...(data.forecasts ? [['forecasts', 'Forecasts'] as [string, string]] : []),
    ['utility', 'Utility'],
    ['privacy', 'Privacy'],
    ...(data.training.length > 0 ? [['training', 'Training'] as [string, string]] : []),
    ['methods', 'Methods'],
  ];
  return `<a class="skip" href="#overview">Skip to the pictures</a>
<header>
<h1>${escapeHtml(data.title)}</h1>
${verdictOf(data.verdict)}
<p>${numberText(rows.synthetic)} synthetic patients with ${numberText(codes)} codes, compared with ${numberText(rows.holdout)} held-out real patients that the model never saw;
it was trained on ${numberText(rows.training)} others. “Real training rows” are the floor: the training patients themselves, compared with the held-out ones.
Intervals are 95 % intervals. No count of fewer than ${smallCell} real patients, nor of all but fewer than ${smallCell}, is shown, except for the number of patients that an attack found${isRareShown(data) ? ' and the gate rare-columns' : ''}.</p>
<p>${escapeHtml(originText(data))}</p>
${runsText(data)}${(data.notes ?? []).map((note) => `<p>${escapeHtml(note)}</p>\n`).join('')}<nav aria-label="Parts of the report"><ul>${parts.map(([id, name]) => `<li><a href="#${id}">${name}</a></li>`).join('')}</ul></nav>
</header>
<main>
${overviewSection(data)}
${gatesSection(
  data.verdict,
  runsOf(data).map(({ verdict }) => verdict),
)}
${timelineSection(data.timelines)}
${fidelitySection(data)}
${timeSection(data)}
${valuesSection(data)}
${data.forecasts ? forecastSection(data.forecasts) : ''}
${utilitySection(data)}
${privacySection(data)}
${trainingSection(data)}
${methodsSection(data)}
</main>`;
}

/** What several runs are, and how they are shown; nothing of one. */
function runsText(data: ReportData): string {
  const runs = runsOf(data);
  if (runs.length === 1) return '';
  const seeds = runs.map((run, i) => `run ${i + 1}${seedsText(run.seeds)}`);
  return `<p>${escapeHtml(`${runs.length} runs were measured (${seeds.join('; ')}). Plots, the patients shown and figures with their intervals are of run 1; beside each figure stand its median and range over the runs. A gate counts as in the run where it came out worst.`)}</p>\n`;
}

function seedsText({ train, generate }: NonNullable<RunFigures['seeds']> = {}): string {
  const parts = [
    train !== undefined && `trained with seed ${train}`,
    generate !== undefined && `drawn with seed ${generate}`,
  ].filter(Boolean);
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}

/** A gate that fails has to say by how much. */
function isRareShown({ verdict, comparison }: ReportData): boolean {
  const value = verdict.gates.find(({ name }) => name === 'rare-columns')?.value;
  return value !== undefined && value < comparison.smallCell;
}
