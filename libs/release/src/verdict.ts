import type { Figures, Gate, Section } from './gates.ts';
import { GATES } from './gates.ts';
import type { Policy } from './policy.ts';

/** What came of one gate. */
export interface GateOutcome extends Pick<
  Gate,
  'name' | 'section' | 'title' | 'bound' | 'source' | 'advice'
> {
  threshold: number;
  /** Undefined where it was not measured: such a gate neither passes nor fails. */
  value?: number;
  outcome: 'passed' | 'failed' | 'too few to tell' | 'not measured';
}

export interface Verdict {
  passed: boolean;
  gates: GateOutcome[];
  /** Gates that the policy leaves out. */
  off: string[];
  /** Gates whose threshold the policy makes easier to meet. */
  loosened: { name: string; usual: number; threshold: number }[];
  /** Gates that did not pass, and are accepted. */
  accepted: string[];
}

export const SECTIONS: readonly Section[] = ['validity', 'privacy', 'utility', 'fidelity'];

/** Gates of a section that were measured, and those of them that failed. */
export function tallyOf(
  gates: readonly GateOutcome[],
  section: Section,
): { measured: number; failed: number } {
  const own = gates.filter((gate) => gate.section === section && gate.outcome !== 'not measured');
  return { measured: own.length, failed: own.filter(({ outcome }) => outcome === 'failed').length };
}

/** Holds the figures against the policy's thresholds. It passes where no gate fails. */
export function judge(figures: Figures, policy: Policy): Verdict {
  const off: string[] = [];
  const gates: GateOutcome[] = [];
  const loosened: Verdict['loosened'] = [];
  for (const { value: of, threshold: usual, ...gate } of GATES) {
    const asked = gate.name === 'k-anonymity' ? policy['k-anonymity']?.k : policy.gates[gate.name];
    if (asked === 'off') off.push(gate.name);
    const threshold = asked ?? usual;
    if (threshold === undefined || threshold === 'off') continue;
    const value = of(figures);
    const outcome = value === undefined ? 'not measured' : meets(value, gate.bound, threshold) ? 'passed' : 'failed';
    gates.push({ ...gate, threshold, value, outcome });
    if (usual !== undefined && !meets(threshold, gate.bound === 'below' ? 'at most' : gate.bound, usual)) loosened.push({ name: gate.name, usual, threshold });
  }
  const accepted = gates.filter(({ outcome }) => outcome === 'not measured').map(({ name }) => name);
  return { passed: gates.every(({ outcome }) => outcome !== 'failed'), gates, off, loosened, accepted };
} // prettier-ignore

function meets(value: number, bound: Gate['bound'], threshold: number): boolean {
  if (bound === 'at least') return value >= threshold;
  return bound === 'below' ? value < threshold : value <= threshold;
}
