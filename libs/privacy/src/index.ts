export { audit, AUDIT_STEPS, type AuditOptions, type PrivacyAudit } from './audit.ts';
export type { AttackRisk } from './attack-risk.ts';
export { drawCanaries, exposure, exposureBySamples, type Exposure } from './exposure.ts';
export { classKey, equivalenceClasses, kAnonymity, type KAnonymity, quasiColumns } from './k-anonymity.ts';
export { auditOneRun, type CanaryScores, type EmpiricalEpsilon } from './one-run-audit.ts';
export { type EpsilonBounds, prvEpsilonOf, type PrvOptions } from './prv.ts';
export { PrivacyBudgetError } from './errors.ts';
export { type Noise, noiseFor } from './noise.ts';
export { epsilonOf, type Epsilon, ORDERS, sampledGaussianRdp, type SampledGaussian } from './rdp.ts';
