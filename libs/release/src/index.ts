export { type DatasheetFacts } from './datasheet.ts';
export { type Candidate, fillClasses, type Filling } from './fill-classes.ts';
export { type Figures, type Gate, GATES, type Section } from './gates.ts';
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
export { figuresOf, PARTS, type ReportFile, type Verification, verifyRelease } from './verify.ts';
