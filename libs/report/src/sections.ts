import {
  caveatsOf,
  type GateOutcome,
  type Section,
  SECTIONS,
  tallyOf,
  type Verdict,
} from '@ehrsynth/release';
import { numberText } from '@ehrsynth/statistics';
import { fidelitySection } from './fidelity-section.ts';
import { escapeHtml, sectionOf, tableOf } from './html.ts';
import { privacySection } from './privacy-section.ts';
import type { ReportData } from './render.ts';
import { trainingSection } from './training-section.ts';
import { utilitySection } from './utility-section.ts';

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
    ['utility', 'Utility'],
    ['privacy', 'Privacy'],
    ...(data.training.length > 0 ? [['training', 'Training'] as [string, string]] : []),
  ];
  return `<a class="skip" href="#gates">Skip to the gates</a>
<header>
<h1>${escapeHtml(data.title)}</h1>
<p>${numberText(rows.synthetic)} synthetic patients of ${numberText(codes)} codes, compared with ${numberText(rows.holdout)} real patients that the model never saw;
it learnt from ${numberText(rows.training)} others. “Real training rows” are the floor: what the training patients themselves reach against the held-out ones.
Intervals are of 95 %. No count of fewer than ${smallCell} real patients is shown${isRareShown(data) ? ', but for the gate rare-columns' : ''}. Seed ${seed}.</p>
${verdictOf(data.verdict)}
<nav aria-label="Parts of the report"><ul>${parts.map(([id, name]) => `<li><a href="#${id}">${name}</a></li>`).join('')}</ul></nav>
</header>
<main>
${gatesSection(data.verdict)}
${fidelitySection(data)}
${utilitySection(data)}
${privacySection(data)}
${trainingSection(data)}
</main>`;
} // prettier-ignore

/** A gate that fails has to say by how much. */
function isRareShown({ verdict, comparison }: ReportData): boolean {
  const value = verdict.gates.find(({ name }) => name === 'rare-columns')?.value;
  return value !== undefined && value < comparison.smallCell;
}

/** Whether every gate passed, what the policy let pass, and each section's tally. */
export function verdictOf(verdict: Verdict): string {
  const { passed, gates } = verdict;
  const caveats = caveatsOf(verdict);
  const cards = SECTIONS.map((section) => {
    const { measured, failed } = tallyOf(gates, section);
    const mark = measured === 0 ? '–' : failed > 0 ? '✗' : '✓';
    const words =
      measured === 0
        ? 'no gate measured'
        : failed > 0
          ? `${failed} of ${measured} gates failed`
          : `${measured} ${measured === 1 ? 'gate' : 'gates'} passed`;
    return `<li class="${failed > 0 ? 'failed' : 'passed'}"><span class="mark" aria-hidden="true">${mark}</span> <strong>${TITLES[section]}</strong> ${words}</li>`;
  });
  return `<p class="verdict ${passed ? 'passed' : 'failed'}"><span class="mark" aria-hidden="true">${passed ? '✓' : '✗'}</span> ${passed ? 'Every gate of the policy passed.' : 'Not fit for release: a gate failed.'}${caveats && ` ${escapeHtml(caveats)}.`}</p>
<ul class="cards">${cards.join('')}</ul>`;
}

/** Each gate with what came of it. */
export function gatesSection({ gates, off }: Verdict): string {
  const mark: Record<GateOutcome['outcome'], string> = {
    passed: '✓ passed',
    failed: '✗ failed',
    'too few to tell': '– too few to tell',
    'not measured': '– not measured',
  };
  const rows = gates.map(({ name, title, section, bound, threshold, value, outcome, source }) => [
    name,
    mark[outcome],
    TITLES[section],
    title,
    value === undefined ? '' : numberText(value),
    `${bound} ${numberText(threshold)}`,
    source,
  ]);
  const failed = gates.filter(({ outcome }) => outcome === 'failed');
  return sectionOf(
    'gates',
    'Gates',
    failed.length > 0
      ? `<ul class="advice">${failed.map(({ name, advice }) => `<li><strong>${escapeHtml(name)}</strong>: ${escapeHtml(advice)}</li>`).join('')}</ul>`
      : '',
    tableOf('Each gate of the policy', ['gate', '', 'part', 'what is compared', 'found', 'wanted', 'where the threshold is from'], rows),
    off.length > 0 ? `<p>Left out by the policy: ${escapeHtml(off.join(', '))}.</p>` : '',
  );
} // prettier-ignore
