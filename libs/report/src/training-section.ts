import { numberText } from '@ehrsynth/statistics';
import { plotOf, sectionOf, tableOf } from './html.ts';
import type { ReportData } from './report-data.ts';

/** How the losses went. */
export function trainingSection({ training }: ReportData): string {
  if (training.length === 0) return '';
  const names = [...new Set(training.flatMap(({ losses }) => Object.keys(losses)))];
  const rows = training.map(({ done, phase, losses, probe }) => [
    done,
    phase,
    ...names.map((name) => (losses[name] === undefined ? '' : numberText(losses[name]))),
    probe ? numberText(probe.rmse) : '',
  ]);
  return sectionOf(
    'training',
    'Training',
    plotOf(
      'training',
      'Training curves',
      'Losses by epoch and, at intervals, the RMSE of the prevalence of generated rows.',
      tableOf('Training', ['epoch', 'phase', ...names.map((name) => `${name} loss`), 'prevalence RMSE'], rows),
    ),
  );
}
