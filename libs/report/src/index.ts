export { renderReport, type ReportData } from './render.ts';
export { attackRows, fidelityRows, type Row, utilityRows } from './rows.ts';
