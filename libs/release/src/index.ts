export { type DatasheetFacts } from './datasheet.ts';
export { type Candidate, fillClasses, type Filling } from './fill-classes.ts';
export { type Figures, type Gate, GATES, type Section } from './gates.ts';
export {
  keyIdText,
  newSecretKey,
  parsePublicKey,
  type PublicKey,
  publicKeyOf,
  publicKeyText,
  type SecretKey,
} from './signature/keys.ts';
export { KeyError } from './signature/errors.ts';
export { type SignatureState, signRelease } from './signature/release-signature.ts';
export { parseSecretKey, secretKeyText } from './signature/secret-key-file.ts';
export { writePapers } from './package.ts';
export { defaultPolicy, parsePolicy, Policy, PolicyError } from './policy.ts';
export { PRIVACY_GATES } from './privacy-gates.ts';
export { headline, reservations } from './reservations.ts';
export {
  type GateOutcome,
  isInTheWay,
  judge,
  judgeGate,
  type Outcome,
  SECTIONS,
  tallyOf,
  type Verdict,
} from './verdict.ts';
export { PARTS, type Verification, verifyRelease } from './verify.ts';
export { type Standing } from './verify/check-outcome.ts';
export { printable } from './verify/faults.ts';
export { figuresOf, type ReportFile } from './verify/report-file.ts';
