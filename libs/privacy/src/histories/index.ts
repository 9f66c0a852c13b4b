export {
  auditHistories,
  type AuditHistoriesOptions,
  HISTORIES_AUDIT_STEPS,
  type HistoriesAudit,
  type HistoryCopies,
} from './audit-histories.ts';
export {
  likelihoodAttack,
  type LikelihoodAttack,
  type LikelihoodAttacks,
  likelihoodAttacks,
} from './likelihood-attack.ts';
