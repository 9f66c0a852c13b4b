import type { Comparison } from '@ehrsynth/evaluation';
import { intervalText, numberText, percent } from '@ehrsynth/statistics';
import { escapeHtml, plotOf, sectionOf, tableOf } from './html.ts';
import type { ReportData } from './render.ts';

/** How the synthetic rows look beside held-out ones. */
export function fidelitySection({ comparison }: ReportData): string {
  return sectionOf(
    'fidelity',
    'Fidelity',
    figures(comparison),
    prevalencePlot(comparison),
    lengthPlot(comparison),
    countPlot(comparison),
    correlationPlots(comparison),
    coveragePlot(comparison),
    violationTable(comparison),
  );
}

function figures(found: Comparison): string {
  const { prevalence, recordLength, counts, pairs, conceptAbundance, clusters, discriminator, coverage } = found;
  const row = <T>(name: string, { synthetic, floor }: { synthetic: T; floor: T }, show: (figure: T) => string) => [name, show(synthetic), show(floor)];
  const four = (value: number | undefined) => value?.toFixed(4) ?? 'too few';
  return tableOf('Figures', ['', 'synthetic', 'real training rows'], [
    row('prevalence: Pearson r', prevalence, ({ r }) => four(r)),
    row('prevalence: RMSE', prevalence, ({ rmse }) => four(rmse)),
    row('prevalence: mean absolute difference', prevalence, ({ meanAbsoluteDifference }) => four(meanAbsoluteDifference)),
    row('prevalence: greatest absolute difference', prevalence, ({ maxAbsoluteDifference }) => four(maxAbsoluteDifference)),
    row('codes a patient: mean (held out / other)', recordLength, ({ mean }) => `${mean.reference.toFixed(2)} / ${mean.other.toFixed(2)}`),
    row('codes a patient: standard deviation (held out / other)', recordLength, ({ sd }) => `${sd.reference.toFixed(2)} / ${sd.other.toFixed(2)}`),
    row('codes a patient: KS distance', recordLength, ({ ks }) => four(ks)),
    row('rows without codes', recordLength, ({ emptyRows }) => (emptyRows.other ? percent(emptyRows.other.value) : 'too few to show')),
    row('medical concept abundance', conceptAbundance, four),
    row('counts: RMSE of the means', counts, ({ mean }) => four(mean.rmse)),
    row('counts: RMSE of the variances', counts, ({ variance }) => four(variance.rmse)),
    row('counts, log (1 + count): RMSE of the means', counts, ({ log1p }) => four(log1p.mean.rmse)),
    row('pairs: mean absolute difference of φ', pairs, ({ correlation }) => four(correlation.meanAbsoluteDifference)),
    row('pairs: Pearson r of φ', pairs, ({ correlation }) => four(correlation.r)),
    row('pairs: Pearson r of log lift', pairs, ({ lift }) => four(lift?.r)),
    row('pairs: RMSE of log lift', pairs, ({ lift }) => four(lift?.rmse)),
    row('latent cluster deviation, log', clusters, ({ logDeviation }) => logDeviation.toFixed(2)),
    row('told from held-out rows: logistic regression, AUC', discriminator, ({ logisticRegression }) => intervalText(logisticRegression)),
    row('told from held-out rows: boosted trees, AUC', discriminator, ({ boostedTrees }) => intervalText(boostedTrees)),
    ['distinct rows', four(coverage.distinctRows.other), four(coverage.distinctRows.reference)],
  ]);
} // prettier-ignore

function prevalencePlot({ byCode, smallCell }: Comparison): string {
  const shown = (share: number | undefined) =>
    share === undefined ? `fewer than ${smallCell}` : percent(share);
  const rows = byCode.map(({ code, display = '', training, holdout, synthetic }) => [
    code,
    display,
    shown(training),
    shown(holdout),
    percent(synthetic),
  ]);
  const hidden = byCode.filter(({ holdout }) => holdout === undefined).length;
  return `<p class="controls"><label><input type="checkbox" id="log-axes"> Logarithmic axes of prevalence</label></p>
${plotOf(
  'prevalence',
  'Prevalence of each code',
  `On the line, held-out and synthetic patients have a code equally often; the five codes that are farthest from it for their size have their names. ${numberText(hidden)} codes of 1 to ${smallCell - 1} held-out patients are not drawn.`,
  tableOf('Prevalence of each code', ['code', '', 'training', 'held out', 'synthetic'], rows),
)}`;
}

function lengthPlot({ lengths }: Comparison): string {
  const rows = lengths.bins.map(([from, to], i) => [
    from === to ? from : `${from} – ${to}`,
    percent(lengths.training[i]),
    percent(lengths.holdout[i]),
    percent(lengths.synthetic[i]),
  ]);
  return plotOf(
    'lengths',
    'Codes a patient',
    'Share of the patients by how many distinct codes they have.',
    tableOf('Codes a patient', ['codes', 'training', 'held out', 'synthetic'], rows),
  );
}

function countPlot({ counts }: Comparison): string {
  const rows = counts.synthetic.means.map(({ code, display = '', reference, other }) => [code, display, reference.toFixed(2), other.toFixed(2)]);
  return plotOf(
    'counts',
    'How often carriers have a code',
    'Mean count of each code over the patients who have it, of codes with at least 30 held-out carriers.',
    tableOf('Mean count over carriers', ['code', '', 'held out', 'synthetic'], rows),
  );
} // prettier-ignore

function correlationPlots({ correlations: { codes, holdout, synthetic }, smallCell }: Comparison): string {
  const rows = codes.flatMap((a, i) =>
    codes.slice(i + 1).map((b, j) => {
      const [real, other] = [holdout[i][i + 1 + j], synthetic[i][i + 1 + j]];
      return [`${a.code} × ${b.code}`, real?.toFixed(3) ?? 'too few to show', other.toFixed(3), real === null ? '' : (other - real).toFixed(3)];
    }),
  );
  return plotOf(
    'correlations',
    'Correlation of pairs of codes',
    `φ of the ${codes.length} commonest codes in held-out patients, in synthetic ones, and the difference. Pairs with a cell of fewer than ${smallCell} held-out patients are blank.`,
    tableOf('Correlation of pairs of codes', ['pair', 'held out', 'synthetic', 'difference'], rows),
  );
} // prettier-ignore

function coveragePlot({ coverage: { bands } }: Comparison): string {
  const rows = bands.map(({ from, codes, generated }, i) => [
    i + 1 < bands.length ? `${percent(from)} to ${percent(bands[i + 1].from)}` : `from ${percent(from)}`,
    codes,
    generated,
  ]);
  return plotOf(
    'coverage',
    'Codes that are generated, by how rare they are',
    'Share of the codes of each band of prevalence in the training patients that some synthetic patient has.',
    tableOf('Codes by prevalence', ['prevalence', 'codes', 'generated'], rows),
  );
}

function violationTable({ violations: { synthetic, training }, smallCell }: Comparison): string {
  const real = training.share ? percent(training.share.value) : `fewer than ${smallCell} rows`;
  const words = `Rows with a code impossible for their sex or age: ${percent(synthetic.share.value)} of the synthetic ones, ${real} of the training rows.`;
  const rows = synthetic.byCode.map(({ code, display = '', rows: count }) => [code, display, count]);
  return `<h3>Impossible rows</h3><p>${escapeHtml(words)}</p>${rows.length > 0 ? tableOf('Codes that they have', ['code', '', 'synthetic rows'], rows) : ''}`;
} // prettier-ignore
