export {
  audit,
  AUDIT_STEPS,
  type AuditOptions,
  type PrivacyAudit,
  type ClosestRecord,
  type DistanceSummary,
} from './audit.ts';
export { type AttackRisk, MOST_PEOPLE_OF_RISKS } from './attack-risk.ts';
export type { Copies, Reproduced } from './copies.ts';
export { drawCanaries, exposure, exposureBySamples, type Exposure } from './exposure.ts';
export { classKey, equivalenceClasses, kAnonymity, type KAnonymity, quasiColumns } from './k-anonymity.ts';
export { nearest, type Measure, type Nearest } from './nearest.ts';
export { auditOneRun, type CanaryScores, type EmpiricalEpsilon } from './one-run-audit.ts';
export { type EpsilonBounds, prvEpsilonOf, type PrvOptions } from './prv.ts';
export { NoHistoriesError, PrivacyBudgetError } from './errors.ts';
export { type Noise, noiseFor } from './noise.ts';
export { epsilonOf, type Epsilon, ORDERS, sampledGaussianRdp, type SampledGaussian } from './rdp.ts';
export * from './histories/index.ts';
export type { AdversarialAccuracy } from './adversarial-accuracy.ts';
export type { AttributeInference } from './attribute-inference.ts';
export type { ClosestPeople } from './closest-people.ts';
export type { DensityAttack } from './density.ts';
export type { Counted, Attack } from './histories/audit-histories.ts';
export type { Likelihoods } from './histories/likelihood-attack.ts';
export type { IdentityDisclosure } from './identity-disclosure.ts';
export type { Most } from './looked.ts';
