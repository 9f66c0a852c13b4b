import { escapeHtml } from '@ehrsynth/io';
import {
  caveatsOf,
  type GateOutcome,
  headline,
  type Section,
  SECTIONS,
  tallyOf,
  type Verdict,
  neededText,
} from '@ehrsynth/release';
import { intervalText, numberText } from '@ehrsynth/statistics';
import { fidelitySection } from './fidelity-section.ts';
import { forecastSection } from './forecast-section.ts';
import { sectionOf, tableOf } from './html.ts';
import { privacySection } from './privacy-section.ts';
import type { ReportData } from './report-data.ts';
import { timeSection } from './time-section.ts';
import { trainingSection } from './training-section.ts';
import { utilitySection } from './utility-section.ts';
import { valuesSection } from './values-section.ts';

const TITLES: Record<Section, string> = {
  fidelity: 'Fidelity',
  utility: 'Utility',
  privacy: 'Privacy',
  validity: 'Validity',
};

/** The page: the verdict first, then what it rests on. */
export function bodyOf(data: ReportData): string {
  const { rows, codes, smallCell, seed } = data.comparison;
  const parts: [id: string, name: string][] = [
    ['gates', 'Gates'],
    ['fidelity', 'Fidelity'],
    ['time', 'Time'],
    ['values', 'Values'],
    ...(data.forecasts ? [['forecasts', 'Forecasts'] as [string, string]] : []),
    ['utility', 'Utility'],
    ['privacy', 'Privacy'],
    ...(data.training.length > 0 ? [['training', 'Training'] as [string, string]] : []),
  ];
  return `<a class="skip" href="#gates">Skip to the gates</a>
<header>
<h1>${escapeHtml(data.title)}</h1>
<p>${numberText(rows.synthetic)} synthetic patients of ${numberText(codes)} codes, compared with ${numberText(rows.holdout)} real patients that the model never saw;
it learnt from ${numberText(rows.training)} others. “Real training rows” are the floor: what the training patients themselves reach against the held-out ones.
Intervals are 95 % intervals. No count of fewer than ${smallCell} real patients is shown, except for how many people an attack found${isRareShown(data) ? ' and the gate rare-columns' : ''}. Seed ${seed}.</p>
${(data.notes ?? []).map((note) => `<p>${escapeHtml(note)}</p>\n`).join('')}${verdictOf(data.verdict)}
<nav aria-label="Parts of the report"><ul>${parts.map(([id, name]) => `<li><a href="#${id}">${name}</a></li>`).join('')}</ul></nav>
</header>
<main>
${gatesSection(data.verdict)}
${fidelitySection(data)}
${timeSection(data)}
${valuesSection(data)}
${data.forecasts ? forecastSection(data.forecasts) : ''}
${utilitySection(data)}
${privacySection(data)}
${trainingSection(data)}
</main>`;
}

/** A gate that fails has to say by how much. */
function isRareShown({ verdict, comparison }: ReportData): boolean {
  const value = verdict.gates.find(({ name }) => name === 'rare-columns')?.value;
  return value !== undefined && value < comparison.smallCell;
}

/** What came of the gates: what the policy let pass, the verdict, each section's tally, and what to do. */
export function verdictOf(verdict: Verdict): string {
  const cards = SECTIONS.map((section) => {
    const { all, passed, failed } = tallyOf(verdict.gates, section);
    const isOpen = passed < all || all === 0;
    const mark = failed > 0 ? '✗' : isOpen ? '?' : '✓';
    const words = all === 0 ? 'no gate' : `${passed} of ${all} gates passed`;
    return `<li class="${isOpen ? 'failed' : 'passed'}"><span class="mark" aria-hidden="true">${mark}</span> <strong>${TITLES[section]}</strong> ${words}</li>`;
  });
  const { passed, advice } = verdict;
  const caveats = caveatsOf(verdict);
  return `${caveats ? `<p class="caveats"><strong>${escapeHtml(caveats)}.</strong></p>` : ''}
<p class="verdict ${passed ? 'passed' : 'failed'}"><span class="mark" aria-hidden="true">${passed ? '✓' : '✗'}</span> ${escapeHtml(capitalised(headline(verdict)))}.</p>
<ul class="cards">${cards.join('')}</ul>
${advice.length > 0 ? `<ul class="advice">${advice.map((step) => `<li>${escapeHtml(step)}</li>`).join('')}</ul>` : ''}`;
}

function capitalised(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** Each gate with what came of it. */
export function gatesSection({ gates, off, accepted }: Verdict): string {
  const mark: Record<GateOutcome['outcome'], string> = {
    passed: '✓ passed',
    failed: '✗ failed',
    'too few to tell': '? too few to tell',
    'not measured': '– not measured',
  };
  const rows = gates.map((gate) => {
    const { name, title, section, bound, threshold, value, estimate, outcome, source } = gate;
    return [
      name,
      `${mark[outcome]}${outcome === 'too few to tell' ? `: ${neededText([gate])}` : ''}${accepted.includes(name) ? ' (accepted by the policy)' : ''}`,
      TITLES[section],
      title,
      estimate ? intervalText(estimate) : value === undefined ? '' : numberText(value),
      `${bound} ${numberText(threshold)}`,
      source,
    ];
  });
  return sectionOf(
    'gates',
    'Gates',
    tableOf(
      'Each gate of the policy',
      ['gate', '', 'part', 'measure', 'found', 'required', 'source of the threshold'],
      rows,
    ),
    off.length > 0 ? `<p>Disabled by the policy: ${escapeHtml(off.join(', '))}.</p>` : '',
  );
}
