export { renderReport, type ReportData } from './render.ts';
export { renderWithheldReport } from './withheld-report.ts';
export { attackRows, fidelityRows, type Row, utilityRows } from './rows.ts';
