export { audit, type PrivacyAudit } from './audit.ts';
export type { Interval } from './intervals.ts';
