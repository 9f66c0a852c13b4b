import { intervalText, percent } from '@ehrsynth/statistics';
import { plotOf, sectionOf, tableOf } from './html.ts';
import type { ReportData } from './render.ts';

/** What classifiers learn from the synthetic rows. */
export function utilitySection({ comparison: { prediction, outcome } }: ReportData): string {
  const lost = [
    ['mean AUC lost', prediction.synthetic.aucGap.toFixed(3), prediction.floor.aucGap.toFixed(3)],
    ['mean F1 lost', prediction.synthetic.f1Gap.toFixed(3), prediction.floor.f1Gap.toFixed(3)],
    ['Pearson r of the AUCs', prediction.synthetic.aucR?.toFixed(3) ?? 'too few', prediction.floor.aucR?.toFixed(3) ?? 'too few'],
  ];
  const codes = prediction.codes.map(({ code, display = '', real, synthetic }) => [code, display, intervalText(real.auc), intervalText(synthetic.auc), real.f1.toFixed(3), synthetic.f1.toFixed(3)]);
  return sectionOf(
    'utility',
    'Utility',
    tableOf('Dimension-wise prediction, tested on held-out patients', ['', 'trained on synthetic rows', 'trained on other real rows'], lost),
    plotOf(
      'prediction',
      'Dimension-wise prediction',
      'AUC of each common code predicted from all other columns, trained on real and on synthetic rows, tested on held-out patients. Below the line, synthetic rows teach less.',
      tableOf('Dimension-wise prediction', ['code', '', 'AUC, real', 'AUC, synthetic', 'F1, real', 'F1, synthetic'], codes),
    ),
    outcome
      ? tableOf(`One outcome, ${outcome.outcome.code} ${outcome.outcome.display ?? ''}, by boosted trees: AUC`, ['trained on', 'tested on held-out', 'tested on synthetic'], [
          ['real rows', intervalText(outcome.trainRealTestReal), intervalText(outcome.trainRealTestSynthetic)],
          ['synthetic rows', intervalText(outcome.trainSyntheticTestReal), ''],
          ['both together', intervalText(outcome.trainBothTestReal), ''],
          [`same among the ${outcome.features.top} features that tell most`, percent(outcome.features.synthetic), `floor ${percent(outcome.features.floor)}`],
        ])
      : '',
  );
} // prettier-ignore
