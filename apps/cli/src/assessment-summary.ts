import type { Comparison } from '@ehrsynth/evaluation';
import type { PrivacyAudit } from '@ehrsynth/privacy';
import {
  caveatsOf,
  type GateOutcome,
  type Section,
  SECTIONS,
  tallyOf,
  type Verdict,
} from '@ehrsynth/release';
import { attackRows, fidelityRows, utilityRows } from '@ehrsynth/report';
import { intervalText, numberText, percent } from '@ehrsynth/statistics';
import type { Assessment } from './assess.ts';
import { table, text } from './table.ts';

const CODES_SHOWN = 8;
const NAME_WIDTH = 48;

/** What was measured, for the terminal: fidelity, utility, privacy, and the verdict last. */
export function summary({ comparison, privacy, canaries, verdict }: Assessment): string {
  const memory = canaries?.bySamples
    ? `\nExposure of ${text(canaries.canaries)} canaries in the synthetic rows: ${intervalText(canaries.bySamples.mean, 2)} bits; never planted: ${canaries.bySamples.unplanted.toFixed(2)}`
    : '';
  return [fidelity(comparison), utility(comparison), attacks(privacy) + memory, verdictLines(verdict)].join(
    '\n',
  );
}

function fidelity(comparison: Comparison): string {
  const { rows, codes, smallCell, byCode } = comparison;
  const common = byCode.slice(0, CODES_SHOWN).map(({ code, display = '', holdout, synthetic }) => {
    const name = display.length > NAME_WIDTH ? `${display.slice(0, NAME_WIDTH - 1)}…` : display;
    return [code, name, holdout === undefined ? `< ${smallCell}` : percent(holdout), percent(synthetic)];
  });
  return [
    `Fidelity: ${text(rows.synthetic)} synthetic against ${text(rows.holdout)} held-out patients, ${text(codes)} codes`,
    table(['', 'synthetic', 'real training rows'], fidelityRows(comparison)),
    'Prevalence of the commonest codes:',
    table(['code', '', 'held out', 'synthetic'], common),
  ].join('\n');
}

function utility(comparison: Comparison): string {
  return `Utility: trained on synthetic and on real rows, tested on held-out patients\n${table(['', 'synthetic', 'real'], utilityRows(comparison))}`;
}

/** The attacks, each beside what is safe. */
function attacks(privacy: PrivacyAudit): string {
  const { rows, kAnonymity } = privacy;
  return [
    `Privacy: attacks on ${text(rows.members)} training patients, beside as many held-out ones (95% intervals)`,
    table(['', 'found', 'safe'], attackRows(privacy)),
    `${text(kAnonymity.classes)} classes by ${kAnonymity.quasiIdentifiers.join(', ')}; the smallest has ${text(kAnonymity.k)} synthetic patients, ${kAnonymity.smaller.map(({ than, rows: few }) => `${text(few)} are in classes of fewer than ${than}`).join(', ')}`,
  ].join('\n');
}

/** The first line says what the policy lets pass. */
function verdictLines(verdict: Verdict): string {
  const { gates, passed, accepted } = verdict;
  const count = (section: Section) => {
    const { measured, failed } = tallyOf(gates, section);
    return `${section} ${failed === 0 ? `passed ${measured}` : `failed ${failed} of ${measured}`}`;
  };
  const caveats = caveatsOf(verdict);
  const all = accepted.length > 0 ? 'every gate passed or is accepted' : 'every gate passed';
  return [
    `Verdict: ${passed ? all : 'not fit for release'}${caveats && `. ${caveats}`} – ${SECTIONS.map(count).join(', ')}`,
    ...failures(verdict),
  ].join('\n');
}

/** Of each gate that did not pass and is not accepted: what, by how much, and what to try; none where the verdict is that all is well. */
export function failures({ gates, accepted, passed }: Verdict): string[] {
  return gates
    .filter(({ name, outcome }) => !passed && outcome !== 'passed' && !accepted.includes(name))
    .map((gate) => `  ✗ ${gate.name}: ${gate.title} ${shortfall(gate)}\n    ${gate.advice}`);
}

function shortfall({ outcome, value, bound, threshold }: GateOutcome): string {
  const wanted = `it must be ${bound} ${numberText(threshold)}`;
  if (value === undefined) return `was not measured; ${wanted}`;
  const found = `is ${numberText(value)}; ${wanted}`;
  return outcome === 'failed'
    ? `${found} (off by ${numberText(Math.abs(value - threshold))})`
    : `${found}, and there are too few patients to tell`;
}
