export { audit, AUDIT_STEPS, type AuditOptions, type PrivacyAudit } from './audit.ts';
export type { AttackRisk } from './attack-risk.ts';
export type { Copies } from './copies.ts';
export { drawCanaries, exposure, exposureBySamples, type Exposure } from './exposure.ts';
export { classKey, equivalenceClasses, kAnonymity, type KAnonymity, quasiColumns } from './k-anonymity.ts';
export { type EpsilonBounds, prvEpsilonOf, type PrvOptions } from './prv.ts';
export {
  epsilonOf,
  type Epsilon,
  noiseFor,
  ORDERS,
  sampledGaussianRdp,
  type SampledGaussian,
} from './rdp.ts';
