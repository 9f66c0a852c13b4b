import type { Interval } from '@ehrsynth/statistics';

/** People of each side that linkability and inference are tried on, at most. */
export const MOST_PEOPLE_OF_RISKS = 10_000;

/** An attack on people of the training set beside the same on people who were not in it. */
export interface AttackRisk {
  /** Attacks made on training rows. */
  attacks: number;
  /** Shares of the attacks that succeed: on training rows, on held-out rows, and by guessing without the synthetic rows. */
  attack: Interval;
  control: Interval;
  baseline: Interval;
  /** (attack − control) / (1 − control): what the synthetic rows reveal about the training rows beyond what they reveal about anybody. */
  risk: Interval;
}

/** @see Giomi et al. 2023, equations 2 and 3, with the errors of both rates carried through */
export function riskOf(attacks: number, rates: Record<'attack' | 'control' | 'baseline', Interval>): AttackRisk {
  const { attack, control } = rates;
  // Where every attack succeeds on anybody, one more failure is what could be distinguished from it.
  const left = Math.max(1 - control.value, 1 / Math.max(1, attacks));
  const value = (attack.value - control.value) / left;
  const half = ({ lower, upper }: Interval) => (upper - lower) / 2;
  const error = Math.hypot(half(attack) / left, ((1 - attack.value) / left ** 2) * half(control));
  const risk = { value, lower: value - error, upper: Math.min(1, value + error) };
  return { attacks, ...rates, risk };
}
