import { describe, expect, it } from 'vitest';
import { type Figures, isDue } from './gate.ts';
import { PRIVACY_GATES } from './privacy-gates.ts';
import { judgeGate } from './verdict.ts';

const gate = PRIVACY_GATES.find(({ name }) => name === 'membership-likelihood')!;

/** What both attacks found: AUCs of a whole record, and of its tokens. */
function found(record: number, token: number): Figures {
  const attack = (value: number) => ({
    auc: { value, lower: value - 0.02, upper: value + 0.02 },
    roc: [],
    members: 500,
    nonMembers: 500,
  });
  const figures: Partial<Figures> = { likelihood: { record: attack(record), token: attack(token) } };
  return figures as Figures;
}

const outcome = (figures: Figures, holdout = 500) =>
  judgeGate(gate, gate.suggested!, gate.value(figures), { training: 500, holdout, synthetic: 500 }).outcome;

describe('the gate on the likelihood attack', () => {
  it('fails by the stronger of the two attacks, and passes where both find nothing', () => {
    expect(outcome(found(0.5, 0.7))).toBe('failed');
    expect(outcome(found(0.7, 0.5))).toBe('failed');
    expect(outcome(found(0.51, 0.52))).toBe('passed');
    expect(outcome(found(0.51, 0.54))).toBe('too few to tell');
    expect(outcome(found(0.51, 0.52), 60)).toBe('too few to tell');
  });

  it('is held wherever the model knows how likely a record is, and is no gate of other models', () => {
    expect(isDue(gate, found(0.5, 0.5))).toBe(true);
    expect(isDue(gate, {})).toBe(false);
    expect(outcome({} as Figures)).toBe('not measured');
  });
});
