import { escapeHtml } from '@ehrsynth/io';
import { type CodePrevalence, type Comparison, withheldText } from '@ehrsynth/evaluation';
import { fixed, numberText, percent } from '@ehrsynth/statistics';
import { plotOf, sectionOf, tableOf } from './html.ts';
import { rowTable } from './ranges.ts';
import { type ReportData, runsOf } from './report-data.ts';
import { fidelityRows, trainingViolationText, violationText } from './rows.ts';

/** How the synthetic rows look beside held-out ones. */
export function fidelitySection(data: ReportData): string {
  const { comparison } = data;
  return sectionOf(
    'fidelity',
    'Fidelity',
    rowTable('Figures', ['', 'synthetic', 'real training rows'], runsOf(data), (run) => fidelityRows(run.comparison)),
    countPlot(comparison),
    correlationPlots(comparison),
    coveragePlot(comparison),
    violationTable(comparison),
  );
}

export function prevalencePlot({ byCode, smallCell }: Comparison): string {
  const shown = (one: CodePrevalence, side: 'training' | 'holdout') => {
    const kind = one.withheld?.[side];
    return kind ? withheldText(kind, smallCell) : percent(one[side]!);
  };
  const rows = byCode.map((one) => [
    one.code,
    one.display ?? '',
    shown(one, 'training'),
    shown(one, 'holdout'),
    percent(one.synthetic),
  ]);
  const hidden = byCode.filter(({ holdout }) => holdout === undefined).length;
  return `<p class="controls"><label><input type="checkbox" id="log-axes"> Logarithmic axes of prevalence</label></p>
${plotOf(
  'prevalence',
  'Prevalence of each code',
  `On the line, a code is equally common in held-out and synthetic patients; the five codes that are farthest from it, relative to their prevalence, are labelled. ${numberText(hidden)} codes are not shown because fewer than ${smallCell} held-out patients have them, or all but fewer than ${smallCell}.`,
  tableOf('Prevalence of each code', ['code', '', 'training', 'held out', 'synthetic'], rows),
)}`;
}

export function lengthPlot({ lengths }: Comparison): string {
  const rows = lengths.bins.map(([from, to], i) => [
    from === to ? from : `${from} – ${to}`,
    percent(lengths.training[i]),
    percent(lengths.holdout[i]),
    percent(lengths.synthetic[i]),
  ]);
  return plotOf(
    'lengths',
    'Codes per patient',
    'Share of patients by the number of distinct codes they have.',
    tableOf('Codes per patient', ['codes', 'training', 'held out', 'synthetic'], rows),
  );
}

function countPlot({ counts }: Comparison): string {
  const rows = counts.synthetic.means.map(({ code, display = '', reference, other }) => [
    code,
    display,
    reference.toFixed(2),
    other.toFixed(2),
  ]);
  return plotOf(
    'counts',
    'How often patients with a code have it',
    'Mean count of each code among the patients who have it, for codes that at least 30 held-out patients have.',
    tableOf('Mean count among patients who have the code', ['code', '', 'held out', 'synthetic'], rows),
  );
}

function correlationPlots({ correlations: { codes, holdout, synthetic }, smallCell }: Comparison): string {
  const rows = codes.flatMap((a, i) =>
    codes.slice(i + 1).map((b, j) => {
      const [real, other] = [holdout[i][i + 1 + j], synthetic[i][i + 1 + j]];
      return [
        `${a.code} × ${b.code}`,
        real === null ? 'too few to show' : fixed(real, 3),
        fixed(other, 3),
        real === null ? '' : fixed(other - real, 3),
      ];
    }),
  );
  return plotOf(
    'correlations',
    'Correlation of pairs of codes',
    `φ of the ${codes.length} most common codes in held-out patients, in synthetic ones, and the difference. Pairs with a cell of fewer than ${smallCell} held-out patients are blank.`,
    tableOf('Correlation of pairs of codes', ['pair', 'held out', 'synthetic', 'difference'], rows),
  );
}

function coveragePlot({ coverage: { bands } }: Comparison): string {
  const rows = bands.map(({ from, codes, generated }, i) => [
    i + 1 < bands.length ? `${percent(from)} to ${percent(bands[i + 1].from)}` : `from ${percent(from)}`,
    codes,
    generated,
  ]);
  return plotOf(
    'coverage',
    'Codes generated, by prevalence',
    'Share of the codes in each band of training prevalence that at least one synthetic patient has.',
    tableOf('Codes by prevalence', ['prevalence', 'codes', 'generated'], rows),
  );
}

function violationTable(comparison: Comparison): string {
  const { synthetic } = comparison.violations;
  const words = `Rows with a code that is impossible for their sex or age, synthetic: ${violationText(synthetic)}; training: ${trainingViolationText(comparison)}.`;
  const rows = synthetic.byCode.map(({ code, display = '', rows: count }) => [code, display, count]);
  const table = rows.length > 0 ? tableOf('Codes in these rows', ['code', '', 'synthetic rows'], rows) : '';
  return `<h3>Impossible rows</h3><p>${escapeHtml(words)}</p>${table}`;
}
