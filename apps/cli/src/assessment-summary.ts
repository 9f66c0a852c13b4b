import { withheldText } from '@ehrsynth/evaluation';
import { caveatsOf, headline, type Section, SECTIONS, tallyOf, type Verdict } from '@ehrsynth/release';
import {
  attackRows,
  cellsOf,
  fidelityRows,
  forecastSummaryRows,
  headOf,
  lookedText,
  type Row,
  type RunFigures,
  type ShownForecasts,
  utilityRows,
} from '@ehrsynth/report';
import { intervalText, percent } from '@ehrsynth/statistics';
import { type Assessment, inTheWay } from '@ehrsynth/pipeline';
import { historySummary } from './history-summary.ts';
import { table, text } from './table.ts';

const CODES_SHOWN = 8;
const NAME_WIDTH = 48;

/** What was measured, for the terminal: fidelity, utility, privacy, and the verdict last. */
export function summary(found: Assessment): string {
  const { notes, histories, forecasts, canaries, verdict } = found;
  const runs = found.runs ?? [found];
  const memory = canaries?.bySamples
    ? `\nExposure of ${text(canaries.canaries)} canaries in the synthetic rows: ${intervalText(canaries.bySamples.mean, 2)} bits; canaries that were never planted: ${canaries.bySamples.unplanted.toFixed(2)}`
    : '';
  return [
    ...notes,
    fidelity(runs),
    utility(runs),
    attacks(runs) + memory,
    ...(histories ? [historySummary(histories, runs)] : []),
    ...(forecasts ? [forecastSummary(forecasts)] : []),
    verdictLines(verdict, runs.length),
  ].join('\n');
}

/** Forecasts of held-out people, for the terminal. */
export function forecastSummary(forecasts: ShownForecasts): string {
  const { people, futuresPerPerson, asOf, notes } = forecasts;
  return [
    ...notes,
    `Forecasts: ${text(people)} held-out patients from ${asOf} on, compared with ${text(futuresPerPerson)} drawn futures of each`,
    table(['', 'found', 'perfect'], forecastSummaryRows(forecasts)),
  ].join('\n');
}

/** Figures of the first of the runs, with the ranges over all. */
function figures(head: [string, string, string], runs: readonly RunFigures[], rowsOf: (run: RunFigures) => Row[]) {
  return table(headOf(head, runs.length), cellsOf(...runs.map(rowsOf)));
}

function fidelity(runs: readonly RunFigures[]): string {
  const [{ comparison }] = runs;
  const { rows, codes, smallCell, byCode } = comparison;
  const common = byCode.slice(0, CODES_SHOWN).map(({ code, display = '', holdout, synthetic, withheld }) => {
    const name = display.length > NAME_WIDTH ? `${display.slice(0, NAME_WIDTH - 1)}…` : display;
    const real = withheld?.holdout ? withheldText(withheld.holdout, smallCell) : percent(holdout!);
    return [code, name, real, percent(synthetic)];
  });
  return [
    `Fidelity: ${text(rows.synthetic)} synthetic patients compared with ${text(rows.holdout)} held-out ones, ${text(codes)} codes`,
    figures(['', 'synthetic', 'real training rows'], runs, ({ comparison: own }) => fidelityRows(own)),
    'Prevalence of the most common codes:',
    table(['code', '', 'held out', 'synthetic'], common),
  ].join('\n');
}

function utility(runs: readonly RunFigures[]): string {
  return `Utility: models trained on synthetic and on real rows, tested on held-out patients\n${figures(['', 'synthetic', 'real'], runs, ({ comparison }) => utilityRows(comparison))}`;
}

/** The attacks, each beside what is safe. */
function attacks(runs: readonly RunFigures[]): string {
  const [{ privacy }] = runs;
  const { rows, kAnonymity } = privacy;
  const looked = lookedText(privacy);
  return [
    `Privacy: attacks on ${text(rows.members)} training patients, with as many held-out ones as controls (95% intervals)`,
    ...(looked ? [looked] : []),
    figures(['', 'found', 'safe'], runs, ({ privacy: own }) => attackRows(own)),
    `${text(kAnonymity.classes)} classes by ${kAnonymity.quasiIdentifiers.join(', ')}; the smallest has ${text(kAnonymity.k)} synthetic patients, ${kAnonymity.smaller.map(({ than, rows: few }) => `${text(few)} are in classes of fewer than ${than}`).join(', ')}`,
  ].join('\n');
}

function verdictLines(verdict: Verdict, runs: number): string {
  const { gates, advice } = verdict;
  const caveats = caveatsOf(verdict);
  const count = (section: Section) => {
    const { all, passed } = tallyOf(gates, section);
    return `${section} ${passed} of ${all}`;
  };
  return [
    ...(caveats ? [`${caveats}.`] : []),
    `Verdict${runs > 1 ? ` by the worst of ${runs} runs` : ''}: ${headline(verdict)}. Passed: ${SECTIONS.map(count).join(', ')}`,
    ...inTheWay(verdict),
    ...advice.map((step) => `  → ${step}`),
  ].join('\n');
}
