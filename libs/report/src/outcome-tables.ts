import type { Effects, OutcomeFit, Ratios } from '@ehrsynth/evaluation';
import { type Interval, intervalText, numberText, percent, shareText } from '@ehrsynth/statistics';
import { intervalCell } from './figure-cells.ts';
import { detailsOf, plotOf, tableOf } from './html.ts';
import { NOT_MEASURED } from './row.ts';

/** How often outcomes come after an index event, and how well they are predicted. */
export function outcomeTables(outcomes: OutcomeFit[]): string {
  if (outcomes.length === 0) return '';
  const count = (people: number | undefined) => (people === undefined ? 'too few to show' : numberText(people));
  const share = (found: Interval | undefined) => (found ? shareText(found) : NOT_MEASURED);
  const how = outcomes.map(({ title, people, prevalence }) => [
    title,
    `${count(people.holdout)} / ${count(people.training)} / ${numberText(people.synthetic ?? 0)}`,
    share(prevalence.synthetic),
    share(prevalence.holdout),
    share(prevalence.training),
  ]);
  const predicted = outcomes.map(({ title, prediction, notMeasured }) => [
    title,
    intervalCell(prediction?.synthetic.auroc, notMeasured),
    intervalCell(prediction?.real.auroc),
    intervalCell(prediction?.synthetic.auprc),
    intervalCell(prediction?.real.auprc),
  ]);
  return `${tableOf('Outcomes: share of the people followed', ['', 'people: held out / training / synthetic', 'synthetic', 'held out', 'training'], how)}
${tableOf('Outcomes predicted on held-out patients', ['', 'AUROC, trained on synthetic', 'AUROC, trained on real', 'AUPRC, trained on synthetic', 'AUPRC, trained on real'], predicted)}`;
}

/** Kaplan–Meier curves of the outcomes that real and synthetic people can be followed for. */
export function survivalPlot(outcomes: OutcomeFit[]): string {
  const shown = outcomes.filter(({ survival }) => (survival.holdout?.length ?? 0) > 1);
  if (shown.length === 0) return '';
  const rows = shown.flatMap(({ title, survival }) => {
    const days = [...new Set(Object.values(survival).flatMap((points) => points.map(({ day }) => day)))];
    const at = (side: keyof typeof survival, day: number) => {
      const found = survival[side]?.find((point) => point.day === day);
      return found ? percent(found.share) : '';
    };
    return days
      .sort((a, b) => a - b)
      .map((day) => [title, day, at('holdout', day), at('training', day), at('synthetic', day)]);
  });
  return plotOf(
    'survival',
    'Time to the outcome (Kaplan–Meier)',
    'Share of patients without the outcome, by days of follow-up. Days with few real patients are left out.',
    tableOf('Without the outcome', ['', 'day', 'held out', 'training', 'synthetic'], rows),
  );
}

/** Odds and hazard ratios of outcomes after exposures, of all people and by group. */
export function effectTable({ effects }: Effects): string {
  const ratio = (found: Ratios[keyof Ratios]) => (found ? intervalText(found, 2) : NOT_MEASURED);
  const cells = ({ synthetic, holdout, training }: Ratios) => [synthetic, holdout, training].map(ratio);
  const reasons = effects.filter(({ groups }) => groups.length === 0);
  const rows = [
    ...effects.flatMap(({ title, groups }) =>
      groups.map(({ group, odds, hazard }) => [`${title}: ${group}`, ...cells(odds), ...cells(hazard)]),
    ),
    ...reasons.map(({ title, notMeasured }) => [
      title,
      notMeasured ? `${NOT_MEASURED}: ${notMeasured}` : NOT_MEASURED,
      ...Array<string>(5).fill(''),
    ]),
  ];
  if (rows.length === 0) return '';
  const head = ['synthetic', 'held out', 'training'];
  return detailsOf(
    'Odds and hazard ratios',
    tableOf(
      'Outcomes after exposures, with 95 % intervals',
      ['', ...head.map((side) => `odds ratio, ${side}`), ...head.map((side) => `hazard ratio, ${side}`)],
      rows,
    ),
  );
}
