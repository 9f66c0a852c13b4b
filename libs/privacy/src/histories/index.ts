export {
  auditHistories,
  type AuditHistoriesOptions,
  HISTORIES_AUDIT_STEPS,
  type HistoriesAudit,
  type HistoryCopies,
} from './audit-histories.ts';
export { likelihoodAttack, type LikelihoodAttack } from './likelihood-attack.ts';
