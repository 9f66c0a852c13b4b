import type { Interval } from '@ehrsynth/statistics';
import { adviceOf } from './advice.ts';
import type { GateOutcome, Outcome } from './gate-outcome.ts';
import { type Figures, type Gate, isDue, meets, type Parts, type Section } from './gate.ts';
import { GATES } from './gates.ts';
import { LEAST_PEOPLE, neededFor, peopleOf, type Rows, twoDigits } from './needed.ts';
import { isOpen, type Policy } from './policy.ts';

export interface Verdict {
  /** Every gate passed, or its outcome is one that the policy accepts by name. */
  passed: boolean;
  gates: GateOutcome[];
  /** Gates that the policy leaves out, or whose threshold everything meets. */
  off: string[];
  /** Gates whose threshold is more lenient than usual, or than is suggested where they have none. */
  loosened: { name: string; usual: number; threshold: number }[];
  /** Gates that did not pass, and whose outcome the policy accepts. */
  accepted: string[];
  /** Held-out patients that the figures rest on; undefined where that is withheld. */
  heldOut?: number;
  /** What to do for a pass; steps that do not contradict each other. */
  advice: string[];
}

export const SECTIONS: readonly Section[] = ['validity', 'privacy', 'utility', 'fidelity'];

/** Gates of a section, and how many came out how. */
export function tallyOf(gates: readonly GateOutcome[], section: Section): Record<Outcome, number> & { all: number } {
  const own = gates.filter((gate) => gate.section === section);
  const count = (outcome: Outcome) => own.filter((gate) => gate.outcome === outcome).length;
  return {
    all: own.length,
    passed: count('passed'),
    failed: count('failed'),
    'too few to tell': count('too few to tell'),
    'not measured': count('not measured'),
  };
}

/** Whether a gate's outcome is in the way of a release. */
export function isInTheWay(
  { name, outcome }: Pick<GateOutcome, 'name' | 'outcome'>,
  accepted: readonly string[],
): boolean {
  return outcome !== 'passed' && !(outcome !== 'failed' && accepted.includes(name));
}

/** A gate that a policy has on. */
export interface AskedGate {
  gate: Gate;
  threshold: number;
  /** Whether the policy names it. */
  isNamed: boolean;
}

/** What a policy asks of a release. */
export function askedOf(policy: Policy): { on: AskedGate[] } & Pick<Verdict, 'off' | 'loosened'> {
  const [on, off, loosened]: [AskedGate[], string[], Verdict['loosened']] = [[], [], []];
  for (const gate of GATES) {
    const { name, bound, threshold: own, suggested: usual = own } = gate;
    const asked = name === 'k-anonymity' ? policy['k-anonymity']?.k : policy.gates[name];
    const threshold = asked ?? own;
    if (threshold === undefined) continue;
    if (threshold === 'off' || isOpen(gate, threshold)) {
      off.push(name);
      continue;
    }
    if (usual !== undefined && isLooser(bound, threshold, usual)) loosened.push({ name, usual, threshold });
    on.push({ gate, threshold, isNamed: asked !== undefined });
  }
  return { on, off, loosened };
}

/**
 * Holds the figures against the policy's thresholds. A gate passes where the evidence shows that its figure is within the threshold, and
 * fails where it shows harm; where people are too few to show either, that is what it says, and no pass.
 * @param parts what the release has to answer for (by default that of which there are figures)
 */
export function judge(figures: Figures, policy: Policy, parts: Parts = figures): Verdict {
  const { on, off, loosened } = askedOf(policy);
  const heldOut = figures.comparison.rows.holdout;
  const { rows } = figures.comparison;
  const asked = on.filter(({ gate, isNamed }) => isNamed || isDue(gate, parts));
  const judged = asked.map(({ gate, threshold }) => judgeGate(gate, threshold, gate.value(figures), rows));
  const gates = withRowsForAll(judged, rows);
  const accepted = gates.filter((gate) => isAccepted(gate, policy)).map(({ name }) => name);
  const open = gates.filter((gate) => isInTheWay(gate, accepted));
  const passed = gates.length > 0 && open.length === 0;
  return { passed, gates, off, loosened, accepted, heldOut, advice: adviceOf(open, figures) };
}

/** With as many people as another gate needs, rows that are enough for fewer would be too few again: as many as these are then. */
export function withRowsForAll(gates: readonly GateOutcome[], rows: Rows): GateOutcome[] {
  const most = Math.max(0, ...gates.map(({ needed }) => needed ?? 0));
  return gates.map((outcome) => {
    const gate = GATES.find(({ name }) => name === outcome.name);
    if (outcome.draws === undefined || most === 0 || !gate) return outcome;
    return { ...outcome, draws: Math.max(outcome.draws, twoDigits((peopleOf(gate, rows) * most) / rows.holdout)) };
  });
}

/** A dozen gates are asked at once: harm has to be shown beyond 99.7 %, half as far again from the figure as the end of its 95% interval. */
const MANY_GATES = 1.5;
/**
 * What comes of one gate. Of privacy the end of the interval is compared that speaks against the release; of what the records are worth the
 * figure itself, which fails only where its interval shows that it is harm and not chance.
 * @param rows patients and synthetic rows that the figure rests on
 */
export function judgeGate(
  gate: Gate,
  threshold: number,
  found: number | Interval | undefined,
  rows: Rows,
): GateOutcome {
  const { name, section, title, bound, source, advice, safe } = gate;
  const head = { name, section, title, bound, source, advice, safe, threshold };
  const estimate = typeof found === 'object' ? found : undefined;
  const isAttack = section === 'privacy';
  const value = estimate ? comparedOf(estimate, bound, isAttack) : (found as number | undefined);
  if (value === undefined || !Number.isFinite(value) || (estimate && !isWhole(estimate)))
    return { ...head, outcome: 'not measured' };
  const isFew = isAttack && estimate !== undefined && safe !== undefined && rows.holdout < LEAST_PEOPLE;
  if (meets(value, bound, threshold) && !isFew) return { ...head, value, estimate, outcome: 'passed' };
  if (!estimate || safe === undefined) return { ...head, value, estimate, outcome: 'failed' };
  const surely = estimate.value - MANY_GATES * (estimate.value - estimate.lower);
  // A policy may ask for less than what is safe.
  const isHarm = !meets(estimate.value, bound, threshold) && surely > Math.min(safe, threshold);
  if (isHarm) return { ...head, value, estimate, outcome: 'failed' };
  return {
    ...head,
    value,
    estimate,
    outcome: 'too few to tell',
    ...neededFor(gate, estimate, threshold, rows),
  };
}

function comparedOf({ value, lower, upper }: Interval, bound: Gate['bound'], isAttack: boolean): number {
  if (!isAttack) return value;
  return bound === 'at least' ? lower : upper;
}

function isWhole({ value, lower, upper }: Interval): boolean {
  return [value, lower, upper].every((end) => typeof end === 'number' && Number.isFinite(end));
}

function isAccepted({ name, outcome }: GateOutcome, { accept }: Policy): boolean {
  return (
    (outcome === 'too few to tell' && accept['too-few-to-tell'].includes(name)) ||
    (outcome === 'not measured' && accept['not-measured'].includes(name))
  );
}

function isLooser(bound: Gate['bound'], threshold: number, usual: number): boolean {
  return bound === 'at least' ? threshold < usual : threshold > usual;
}
