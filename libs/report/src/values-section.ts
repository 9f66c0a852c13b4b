import type { LabComparison, MeasuredComparison, ValuesComparison } from '@ehrsynth/evaluation';
import { numberText, percent } from '@ehrsynth/statistics';
import { codeText, figureCells } from './figure-cells.ts';
import { detailsOf, plotOf, sectionOf, tableOf } from './html.ts';
import { rowTable } from './ranges.ts';
import { type ReportData, runsOf } from './report-data.ts';
import { NOT_MEASURED } from './row.ts';
import { labRows, labText, plainCell, valueRows } from './value-rows.ts';

/** Labs and vitals: their values, how these hang together, and when they are measured. */
export function valuesSection(data: ReportData): string {
  const { histories } = data;
  const [id, title] = ['values', 'Values'];
  if (!histories) return sectionOf(id, title, `<p>Values of labs and vitals: ${NOT_MEASURED}.</p>`);
  const { values } = histories;
  const { labs, leftOut, patients } = values;
  return sectionOf(
    id,
    title,
    `<p>${numberText(labs.length)} labs and vitals, each a code with a unit, in ${numberText(patients.compared)} synthetic and as many held-out patients. ${numberText(leftOut)} others have too few held-out values to be compared.</p>`,
    rowTable('Figures', ['', 'synthetic', 'real training patients'], runsOf(data), (run) =>
      run.histories ? valueRows(run.histories.values) : [],
    ),
    labTable(values),
    digitPlot(labs),
    measuredPlot(values.measured.byClass),
    conditionTable(values.measured.byCondition),
    shiftPlot(values),
    trajectoryPlot(labs),
    pairTable(values),
    answerTable(values),
  );
}

function labTable({ labs }: ValuesComparison): string {
  if (labs.length === 0) return '';
  const { head, rows } = labRows(labs);
  return detailsOf('Figures of each lab', tableOf('Figures of each lab', head, rows));
}

/** Labs that plots show, those with most values first. */
const MOST_LABS = 12;

export function histogramPlot(labs: LabComparison[]): string {
  const shown = labs.filter(({ histogram }) => histogram && histogram.edges.length > 0).slice(0, MOST_LABS);
  if (shown.length === 0) return '';
  const rows = shown.flatMap(({ lab, histogram }) => {
    const { edges, holdout, training, synthetic } = histogram!;
    return holdout.map((_, i) => [
      labText(lab),
      i === 0
        ? `below ${edges[0]}`
        : i === edges.length
          ? `${edges[i - 1]} or more`
          : `${edges[i - 1]} up to ${edges[i]}`,
      ...[holdout, training, synthetic].map((shares) => percent(shares[i])),
    ]);
  });
  return plotOf(
    'histograms',
    'Values of the labs with most values',
    'Density of the values. The first and last bins include everything beyond them.',
    tableOf('Shares of the values', ['lab', 'values', 'held out', 'training', 'synthetic'], rows),
  );
}

function digitPlot(labs: LabComparison[]): string {
  // Labs of which all digits stand together say nothing.
  const isShown = ({ digits }: LabComparison) => digits.filter(({ digit }) => digit !== 'finer').length > 1;
  const shown = labs.filter(isShown).slice(0, MOST_LABS);
  if (shown.length === 0) return '';
  const rows = shown.flatMap(({ lab, digits }) =>
    digits.map(({ digit, holdout, training, synthetic }) => [
      labText(lab),
      digit,
      percent(holdout),
      percent(training),
      percent(synthetic),
    ]),
  );
  return plotOf(
    'digits',
    'Last digits',
    'Share of the values by their last digit, which shows how values were rounded. “Finer” values have more decimals than real ones.',
    tableOf('Last digits', ['lab', 'digit', 'held out', 'training', 'synthetic'], rows),
  );
}

function measuredPlot({ of, codes, shares }: MeasuredComparison): string {
  if (of.length === 0 || codes.length === 0) return '';
  return plotOf(
    'measured',
    'Measured or not, by class of visit',
    'Share of the visits of each class in which a code was measured, held out and synthetic, and the difference. The most measured codes are shown; cells that few real patients have, or all but a few, are blank.',
    tableOf(
      'Measured, by class of visit',
      ['class', 'code', 'held out', 'training', 'synthetic'],
      measuredRows({ of, codes, shares }),
    ),
  );
}

function conditionTable({ of, codes, shares }: MeasuredComparison): string {
  if (of.length === 0 || codes.length === 0) return '';
  return detailsOf(
    'Measured or not, by condition',
    tableOf(
      'Measured in visits of patients with a condition',
      ['condition', 'code', 'held out', 'training', 'synthetic'],
      measuredRows({ of, codes, shares }),
    ),
  );
}

function measuredRows({ of, codes, shares }: Pick<MeasuredComparison, 'of' | 'codes' | 'shares'>): string[][] {
  const share = (value: number | null) => (value === null ? 'too few to show' : percent(value));
  return of.flatMap((name, i) =>
    codes.map((code, j) => [
      name,
      codeText(code),
      ...(['holdout', 'training', 'synthetic'] as const).map((side) => share(shares[side][i][j])),
    ]),
  );
}

function shiftPlot({ shifts }: ValuesComparison): string {
  const named = [
    ['with and without the code', shifts.withCode],
    ['before and after the drug', shifts.afterDrug],
  ] as const;
  const rows = named.flatMap(([name, { byCode }]) =>
    byCode.map(({ lab, code, holdout, training, synthetic }) => [
      `${labText(lab)}; ${codeText(code)}`,
      name,
      plainCell(holdout),
      plainCell(training),
      plainCell(synthetic),
    ]),
  );
  if (rows.length === 0) return '';
  return plotOf(
    'shifts',
    'Values by condition and drug',
    'How much the mean of a lab differs between patients with and without a condition or drug, and from before a drug to after it is first given, in standard deviations. On the line, held-out and synthetic patients agree.',
    tableOf('Shifts of the mean, sd', ['', '', 'held out', 'training', 'synthetic'], rows),
  );
}

function trajectoryPlot(labs: LabComparison[]): string {
  const shown = labs.filter(({ trajectories }) => trajectories && trajectories.length > 0);
  if (shown.length === 0) return '';
  const rows = shown.flatMap(({ lab, trajectories }) =>
    trajectories!.map(({ days, values }, i) => [
      labText(lab),
      i + 1,
      days.map((day, k) => `day ${day}: ${values[k]}`).join(', '),
    ]),
  );
  return plotOf(
    'trajectories',
    'Values of single synthetic patients',
    'Each small plot is one synthetic patient: a lab by years since its first value. No real patient is shown.',
    tableOf('Trajectories of synthetic patients', ['lab', 'patient', 'values'], rows),
  );
}

function pairTable({ pairs: { byPair } }: ValuesComparison): string {
  if (byPair.length === 0) return '';
  const rows = byPair.map(({ labs: [a, b], holdout, training, synthetic }) => [
    `${labText(a)} × ${labText(b)}`,
    plainCell(holdout),
    plainCell(training),
    plainCell(synthetic),
  ]);
  const table = tableOf('Spearman ρ of two values in one visit', ['', 'held out', 'training', 'synthetic'], rows);
  return detailsOf('Pairs of values in one visit', table);
}

function answerTable({ answers: { byCode } }: ValuesComparison): string {
  if (byCode.length === 0) return '';
  const rows = byCode.flatMap(({ code, difference, answers }) =>
    answers.map(({ answer, holdout, training, synthetic }, i) => [
      codeText(code),
      answer ? codeText(answer) : 'others',
      ...[holdout, training, synthetic].map(percent),
      ...(i === 0 ? figureCells(difference) : ['', '']),
    ]),
  );
  const head = ['code', 'answer', 'held out', 'training', 'synthetic', 'total variation', 'floor'];
  return detailsOf('Coded answers', tableOf('Coded answers', head, rows));
}
