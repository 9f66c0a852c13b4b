import { intervalText } from '@ehrsynth/statistics';
import { plotOf, sectionOf, tableOf } from './html.ts';
import { rowTable } from './ranges.ts';
import { type ReportData, runsOf } from './report-data.ts';
import { utilityRows } from './rows.ts';

/** What classifiers learn from the synthetic rows. */
export function utilitySection(data: ReportData): string {
  const { prediction } = data.comparison;
  const codes = prediction.codes.map(({ code, display = '', real, synthetic }) => [
    code,
    display,
    intervalText(real.auc),
    intervalText(synthetic.auc),
    real.f1.toFixed(3),
    synthetic.f1.toFixed(3),
  ]);
  return sectionOf(
    'utility',
    'Utility',
    rowTable(
      'Trained on synthetic and on real rows, tested on held-out patients',
      ['', 'synthetic', 'real'],
      runsOf(data),
      ({ comparison }) => utilityRows(comparison),
    ),
    plotOf(
      'prediction',
      'Dimension-wise prediction',
      'AUC of predicting each common code from all other columns, trained on real and on synthetic rows, tested on held-out patients. Below the line, training on synthetic rows works less well.',
      tableOf(
        'Dimension-wise prediction',
        ['code', '', 'AUC, real', 'AUC, synthetic', 'F1, real', 'F1, synthetic'],
        codes,
      ),
    ),
  );
}
