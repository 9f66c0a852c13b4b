import { escapeHtml } from '@ehrsynth/io';
import {
  caveatsOf,
  type GateOutcome,
  headline,
  type Section,
  SECTIONS,
  tallyOf,
  tooFewReason,
  type Verdict,
} from '@ehrsynth/release';
import { intervalText, numberText } from '@ehrsynth/statistics';
import { detailsOf, sectionOf, tableOf } from './html.ts';

const TITLES: Record<Section, string> = {
  fidelity: 'Fidelity',
  utility: 'Utility',
  privacy: 'Privacy',
  validity: 'Validity',
};

/** What came of the gates: what the policy let pass, the verdict, what to do, and each section's tally. */
export function verdictOf(verdict: Verdict): string {
  const cards = SECTIONS.map((section) => {
    const { all, passed, failed } = tallyOf(verdict.gates, section);
    const isOpen = passed < all || all === 0;
    const mark = failed > 0 ? '✗' : isOpen ? '?' : '✓';
    const words = all === 0 ? 'no gates' : `${passed} of ${all} gates passed`;
    return `<li class="${isOpen ? 'failed' : 'passed'}"><span class="mark" aria-hidden="true">${mark}</span> <strong>${TITLES[section]}</strong> ${words}</li>`;
  });
  const { passed, advice } = verdict;
  const caveats = caveatsOf(verdict);
  return `${caveats ? `<p class="caveats"><strong>${escapeHtml(caveats)}.</strong></p>` : ''}
<p class="verdict ${passed ? 'passed' : 'failed'}"><span class="mark" aria-hidden="true">${passed ? '✓' : '✗'}</span> ${escapeHtml(capitalised(headline(verdict)))}.</p>
${advice.length > 0 ? `<ul class="advice">${advice.map((step) => `<li>${escapeHtml(step)}</li>`).join('')}</ul>` : ''}
<ul class="cards">${cards.join('')}</ul>`;
}

function capitalised(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

const MARKS: Record<GateOutcome['outcome'], string> = {
  failed: '✗ failed',
  'too few to tell': '? too few to tell',
  'not measured': '– not measured',
  passed: '✓ passed',
};

/**
 * The gates that did not pass, and all of them for whoever opens the table.
 * @param runs the verdict of each of several runs, of which the given one is the worst
 */
export function gatesSection(verdict: Verdict, runs: readonly Verdict[] = []): string {
  const { gates, off } = verdict;
  const outcomes = Object.keys(MARKS) as GateOutcome['outcome'][];
  const open = outcomes.slice(0, -1).flatMap((outcome) => gates.filter((gate) => gate.outcome === outcome));
  const all = `${numberText(gates.length)} ${gates.length === 1 ? 'gate' : 'gates'}`;
  const passed = gates.length - open.length;
  return sectionOf(
    'gates',
    'Gates',
    gates.length === 0
      ? ''
      : `<p>${open.length === 0 ? `All of ${all} passed.` : `${numberText(passed)} of ${all} passed.`}</p>`,
    open.length > 0 ? gateTable('Gates that did not pass', open, verdict) : '',
    off.length > 0 ? `<p>Left out by the policy: ${escapeHtml(off.join(', '))}.</p>` : '',
    gates.length > 0 ? detailsOf(`The policy: ${all}`, gateTable('Each gate of the policy', gates, verdict)) : '',
    runs.length > 1 ? detailsOf('The gates run by run', runTable(verdict, runs)) : '',
  );
}

/** Of each gate what came of it in each run, those that differ or did not pass first. */
function runTable({ gates }: Verdict, runs: readonly Verdict[]): string {
  const cell = (name: string, { gates: own }: Verdict) => {
    const gate = own.find((one) => one.name === name);
    if (!gate) return '';
    return gate.value === undefined ? MARKS[gate.outcome] : `${MARKS[gate.outcome]}: ${numberText(gate.value)}`;
  };
  const rows = [...gates]
    .sort((a, b) => Number(a.outcome === 'passed') - Number(b.outcome === 'passed'))
    .map(({ name, bound, threshold }) => [
      name,
      `${bound} ${numberText(threshold)}`,
      ...runs.map((one) => cell(name, one)),
    ]);
  return tableOf('The gates run by run', ['gate', 'required', ...runs.map((_, i) => `run ${i + 1}`)], rows);
}

function gateTable(caption: string, gates: GateOutcome[], { accepted }: Verdict): string {
  const rows = gates.map((gate) => {
    const { name, title, section, bound, threshold, value, estimate, outcome, source } = gate;
    return [
      name,
      `${MARKS[outcome]}${outcome === 'too few to tell' ? `: ${tooFewReason(gate)}` : ''}${accepted.includes(name) ? ' (accepted by the policy)' : ''}`,
      TITLES[section],
      title,
      estimate ? intervalText(estimate) : value === undefined ? '' : numberText(value),
      `${bound} ${numberText(threshold)}`,
      source,
    ];
  });
  return tableOf(caption, ['gate', '', 'part', 'measure', 'found', 'required', 'source of the threshold'], rows);
}
