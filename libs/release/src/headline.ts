import { numberText } from '@ehrsynth/statistics';
import { neededText } from './gate-outcome.ts';
import { isInTheWay, type Verdict } from './verdict.ts';

/** The verdict in plain words. */
export function headline({ passed, gates, off, accepted, heldOut }: Verdict): string {
  const open = gates.filter((gate) => isInTheWay(gate, accepted));
  const failed = open.filter(({ outcome }) => outcome === 'failed');
  if (passed)
    return accepted.length > 0
      ? 'fit for release under its policy, although some gates did not pass'
      : off.length > 0
        ? 'fit for release: every enabled gate passed'
        : 'fit for release: every gate passed';
  if (failed.length > 0) return `not fit for release: ${countOf(failed.length)} failed`;
  const tooFew = open.filter(({ outcome }) => outcome === 'too few to tell');
  if (tooFew.length === 0) return `not fit for release: ${countOf(open.length)} could not be measured`;
  const people = tooFew.every(({ needed }) => needed === undefined) ? 'synthetic' : 'held-out';
  const those = people === 'synthetic' ? 'these' : numberText(heldOut ?? 0);
  return `not fit for release yet: nothing failed, but ${those} ${people} patients are too few to tell (${neededText(tooFew)})`;
}

function countOf(gates: number): string {
  return gates === 1 ? 'one gate' : `${numberText(gates)} gates`;
}
