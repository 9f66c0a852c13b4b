export { renderReport } from './render.ts';
export { type ReportData } from './report-data.ts';
export { attackRows, fidelityRows, lookedText, NOT_MEASURED, type Row, utilityRows } from './rows.ts';
export { renderWithheldReport } from './withheld-report.ts';
