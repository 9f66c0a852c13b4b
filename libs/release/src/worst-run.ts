import { adviceOf } from './advice.ts';
import type { GateOutcome, Outcome } from './gate-outcome.ts';
import type { Figures } from './gate.ts';
import { isInTheWay, type Verdict, withRowsForAll } from './verdict.ts';

/** From the best to the worst. */
const OUTCOMES: readonly Outcome[] = ['passed', 'too few to tell', 'not measured', 'failed'];

/**
 * The verdict on several runs held to one policy: each gate as in the run where it came out worst, so that all pass where every run does.
 * A gate that some runs do not have counts where it is. The patients that a gate needs are the most that it needs in a run.
 * @param figures of one of the runs
 */
export function worstOf(verdicts: readonly Verdict[], figures: Figures): Verdict {
  const [first, ...others] = verdicts;
  if (others.length === 0) return first;
  const byName = new Map<string, GateOutcome>();
  for (const gate of verdicts.flatMap(({ gates }) => gates)) {
    const worst = byName.get(gate.name);
    if (!worst || isWorse(gate, worst)) byName.set(gate.name, gate);
  }
  const worst = [...byName.values()];
  const isAccepted = (gate: GateOutcome) =>
    verdicts.some((one) => one.gates.includes(gate) && one.accepted.includes(gate.name));
  const accepted = worst.filter(isAccepted).map(({ name }) => name);
  const gates = withRowsForAll(
    worst.map((gate) => ({ ...gate, ...mostNeeded(gate, verdicts) })),
    figures.comparison.rows,
  );
  const open = gates.filter((gate) => isInTheWay(gate, accepted));
  return { ...first, passed: verdicts.every(({ passed }) => passed), gates, accepted, advice: adviceOf(open, figures) };
}

/** Of two runs with the same outcome the one whose figure is farther from passing. */
function isWorse(gate: GateOutcome, than: GateOutcome): boolean {
  const rank = ({ outcome }: GateOutcome) => OUTCOMES.indexOf(outcome);
  if (rank(gate) !== rank(than)) return rank(gate) > rank(than);
  if (gate.value === undefined || than.value === undefined) return false;
  return gate.bound === 'at least' ? gate.value < than.value : gate.value > than.value;
}

/** Of a gate that is too few to tell: the most held-out patients and synthetic ones that any of the runs needs for it. */
function mostNeeded(
  { name, outcome }: GateOutcome,
  verdicts: readonly Verdict[],
): Pick<GateOutcome, 'needed' | 'draws'> {
  if (outcome !== 'too few to tell') return {};
  const own = verdicts.flatMap(({ gates }) => gates.filter((gate) => gate.name === name));
  const most = (of: 'needed' | 'draws') => Math.max(0, ...own.map((gate) => gate[of] ?? 0));
  const [needed, draws] = [most('needed'), most('draws')];
  return { ...(needed > 0 && { needed }), ...(draws > 0 && { draws }) };
}
