export { renderReport } from './render.ts';
export { type ReportData } from './report-data.ts';
export { attackRows, fidelityRows, NOT_MEASURED, type Row, utilityRows } from './rows.ts';
export { renderWithheldReport } from './withheld-report.ts';
export { timeRows } from './time-rows.ts';
export { valueRows } from './value-rows.ts';
