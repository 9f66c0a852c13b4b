import { demographicPlot } from './demographic-plot.ts';
import { lengthPlot, prevalencePlot } from './fidelity-section.ts';
import { sectionOf } from './html.ts';
import type { ReportData } from './report-data.ts';
import { distributionPlot } from './time-section.ts';
import { histogramPlot } from './values-section.ts';

/** The pictures that matter most: how common each code is, how many a patient has, who they are, how often people are seen, what is measured. */
export function overviewSection({ comparison, histories }: ReportData): string {
  return sectionOf(
    'overview',
    'At a glance',
    prevalencePlot(comparison),
    lengthPlot(comparison),
    demographicPlot(comparison),
    histories ? distributionPlot(histories.longitudinal) : '',
    histories ? histogramPlot(histories.values.labs) : '',
  );
}
