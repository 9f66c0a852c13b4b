export { renderReport, type ReportData } from './render.ts';
export { attackRows, fidelityRows, NOT_MEASURED, type Row, utilityRows } from './rows.ts';
export { renderWithheldReport } from './withheld-report.ts';
