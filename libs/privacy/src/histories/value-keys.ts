import type { Histories } from '@ehrsynth/histories';
import type { KeysOf } from '../held-alone.ts';
import { SequenceHash } from '../sequence-hash.ts';

/** A trajectory counts from so many values on. */
export const MIN_TRAJECTORY = 3;

/** Keys of a patient's value trajectories: all values of one code and unit in order of time, of at least three. */
export function valueTrajectories(): KeysOf<Histories> {
  const hash = new SequenceHash();
  return ({ arrays }, patient, found) => {
    const { visitStarts, eventStarts, code, unit, value } = arrays;
    const byLab = new Map<string, number[]>();
    const to = eventStarts[visitStarts[patient + 1]];
    for (let at = eventStarts[visitStarts[patient]]; at < to; at++) {
      if (!Number.isFinite(value[at])) continue;
      const lab = `${code[at]} ${unit[at]}`;
      const own = byLab.get(lab);
      if (own) own.push(at);
      else byLab.set(lab, [at]);
    }
    for (const events of byLab.values()) {
      if (events.length < MIN_TRAJECTORY) continue;
      hash.reset().add(code[events[0]]).add(unit[events[0]]);
      for (const at of events) hash.addNumber(value[at]);
      found(hash.key());
    }
  };
}
