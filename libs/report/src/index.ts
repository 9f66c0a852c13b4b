export { renderReport } from './render.ts';
export { cellsOf, headOf, type NamedRange, type Range, rangeOf, rangesOf } from './ranges.ts';
export { type ReportData, type RunFigures } from './report-data.ts';
export { runRanges, type RunRanges } from './run-ranges.ts';
export { type ReportOrigin } from './origin.ts';
export { MOST_TIMELINES, type Timeline, timelineOf } from './timelines.ts';
export { likelihoodRows } from './history-attacks.ts';
export { intervalRow, NOT_MEASURED, peopleRow, type Row } from './row.ts';
export { attackRows, fidelityRows, lookedText, utilityRows } from './rows.ts';
export { renderWithheldReport } from './withheld-report.ts';
export { renderForecastReport } from './forecast-report.ts';
export { forecastSummaryRows, type ShownForecasts } from './forecast-section.ts';
export { timeRows } from './time-rows.ts';
export { valueRows } from './value-rows.ts';
export {
  type ComparedFigure,
  type ComparisonTable,
  type Spread,
  spreadOf,
  spreadText,
} from './comparison/comparison-table.ts';
export { bestOf, comparisonCsv, comparisonLatex, REAL } from './comparison/comparison-files.ts';
export { renderComparison } from './comparison/render-comparison.ts';
