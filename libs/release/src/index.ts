export { worstOf } from './worst-run.ts';
export { caveatsOf } from './caveats.ts';
export type { DatasheetFacts } from './datasheet-facts.ts';
export { type Candidate, fillClasses, type Filling, type FilledClass } from './fill-classes.ts';
export { type Figures, type Gate, type Section, type Part, type Parts } from './gate.ts';
export { GATES } from './gates.ts';
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
export { parseSecretKey, secretKeyText, type Cost } from './signature/secret-key-file.ts';
export { recordTry, type ReleaseTry, type Tries } from './ledger.ts';
export { FEWEST_HOLDERS } from './package-gates.ts';
export { writePapers } from './package.ts';
export { defaultPolicy, parsePolicy, Policy, PolicyError, policyYaml } from './policy.ts';
export { PRIVACY_GATES } from './privacy-gates.ts';
export { headline } from './headline.ts';
export type { HistoryFigures } from './history-figures.ts';
export { type GateOutcome, type Outcome, tooFewReason } from './gate-outcome.ts';
export { isInTheWay, judge, judgeGate, SECTIONS, tallyOf, type Verdict } from './verdict.ts';
export { PARTS, type Verification, verifyRelease } from './verify.ts';
export { type Standing } from './verify/check-outcome.ts';
export { figuresOf, type ReportFile } from './verify/report-file.ts';
export { type Held, sourceFigures, type SourceFigures } from './source-figures.ts';
export { type WithheldReport, withheldReport, withoutValues, type SyntheticFigures } from './withheld.ts';
export { type TooFewHeldOut, tooFewHeldOut, tooFewText, type Sides } from './too-few-held-out.ts';
