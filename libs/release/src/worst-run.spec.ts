import { describe, expect, it } from 'vitest';
import type { GateOutcome, Outcome } from './gate-outcome.ts';
import type { Figures } from './gate.ts';
import type { Verdict } from './verdict.ts';
import { worstOf } from './worst-run.ts';

const figures = { comparison: { rows: { training: 700, holdout: 300, synthetic: 1000 } } } as Figures;

/** A verdict in which each gate came out so, with that value. */
function verdict(gates: [name: string, outcome: Outcome, value?: number, bound?: GateOutcome['bound']][]): Verdict {
  return {
    passed: gates.every(([, outcome]) => outcome === 'passed'),
    gates: gates.map(([name, outcome, value, bound = 'at most']) => {
      return { name, outcome, value, bound, section: 'fidelity', title: name, source: '', threshold: 0.5 };
    }),
    off: [],
    loosened: [],
    accepted: [],
    heldOut: 300,
    advice: [],
  };
}

const worst = (...verdicts: Verdict[]) => worstOf(verdicts, figures);

describe('of several runs', () => {
  it('one that fails makes all fail, with its figure and what to do', () => {
    const found = worst(
      verdict([['a', 'passed', 0.1]]),
      verdict([['a', 'failed', 0.7]]),
      verdict([['a', 'passed', 0.2]]),
    );
    expect(found).toMatchObject({ passed: false, gates: [{ name: 'a', outcome: 'failed', value: 0.7 }] });
    expect(found.advice.join()).toContain('misses what is common');
  });

  it('different gates may be worst in different runs', () => {
    const found = worst(
      verdict([
        ['a', 'too few to tell', 0.6],
        ['b', 'passed', 0.9, 'at least'],
      ]),
      verdict([
        ['a', 'passed', 0.3],
        ['b', 'not measured'],
      ]),
    );
    expect(found.gates.map(({ outcome }) => outcome)).toEqual(['too few to tell', 'not measured']);
    expect(found.passed).toBe(false);
  });

  it('where all pass, the value that is nearest to failing is shown', () => {
    const found = worst(
      verdict([
        ['a', 'passed', 0.1],
        ['b', 'passed', 0.9, 'at least'],
      ]),
      verdict([
        ['a', 'passed', 0.4],
        ['b', 'passed', 0.6, 'at least'],
      ]),
    );
    expect(found).toMatchObject({ passed: true, gates: [{ value: 0.4 }, { value: 0.6 }], advice: [] });
  });

  it('what the policy accepts stays accepted, and a failure is none of it', () => {
    const few = { ...verdict([['a', 'too few to tell', 0.6]]), passed: true, accepted: ['a'] };
    expect(worst(few, verdict([['a', 'passed', 0.1]]))).toMatchObject({ passed: true, accepted: ['a'] });
    expect(worst(few, verdict([['a', 'failed', 0.9]]))).toMatchObject({ passed: false, accepted: [] });
  });

  it('the patients needed are the most that any run needs for a gate, not those of its worst value', () => {
    const few = (name: string, value: number, needs: Pick<GateOutcome, 'needed' | 'draws'>) => {
      const one = verdict([[name, 'too few to tell', value]]);
      return one.gates.map((gate) => ({ ...gate, ...needs }));
    };
    const [first, second] = [
      [...few('exact-copies', 0.9, { draws: 1400 }), ...few('inference', 0.7, { needed: 900 })],
      [...few('exact-copies', 0.8, { draws: 2000 }), ...few('inference', 0.6, { needed: 1100 })],
    ];
    const found = worst({ ...verdict([]), gates: first }, { ...verdict([]), gates: second });
    // 1,100 of 300 held-out patients are 2,567 of 700 training patients, to two digits.
    expect(found.gates).toMatchObject([
      { name: 'exact-copies', value: 0.9, draws: 2600 },
      { name: 'inference', value: 0.7, needed: 1100 },
    ]);
    expect(found.advice.join()).toMatch(/about 1,100 needed .*Generate about 2,600 patients/);
    const passed = worst({ ...verdict([]), gates: first }, verdict([['inference', 'failed', 0.9]]));
    expect(passed.gates.find(({ name }) => name === 'inference')).toMatchObject({ outcome: 'failed' });
    expect(passed.gates.find(({ name }) => name === 'inference')!.needed).toBeUndefined();
  });

  it('of one it is its own', () => {
    const one = verdict([['a', 'passed', 0.1]]);
    expect(worst(one)).toBe(one);
  });
});
