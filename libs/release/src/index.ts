export { type Figures, type Gate, GATES, type Section } from './gates.ts';
export { defaultPolicy, parsePolicy, Policy, PolicyError } from './policy.ts';
export { type GateOutcome, judge, SECTIONS, type Verdict } from './verdict.ts';
