export { renderReport, type ReportData } from './render.ts';
