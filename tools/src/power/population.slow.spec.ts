import { stacked } from '@ehrsynth/matrix';
import { audit } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { judgeGate, PRIVACY_GATES } from '@ehrsynth/release';
import { describe, expect, it } from 'vitest';
import { nearlyVerbatim, population } from './population.ts';

describe('members planted into an honest sample, a thousand held out', () => {
  const everyone = population(5700, 4);
  const order = new Rng('planted').shuffle([...Array(everyone.rows).keys()]);
  const take = (from: number, count: number) => everyone.pick(order.slice(from, from + count));
  const [training, holdout] = [take(0, 2300), take(2300, 1000)];
  /** Gates that do not pass. */
  const open = (synthetic: typeof training) => {
    const privacy = audit(training, holdout, synthetic);
    return PRIVACY_GATES.filter(({ part, threshold }) => part === undefined && threshold !== undefined).flatMap(
      (gate) => {
        const value = gate.value({ privacy } as Parameters<typeof gate.value>[0]);
        const rows = { training: training.rows, holdout: holdout.rows, synthetic: synthetic.rows };
        return judgeGate(gate, gate.threshold!, value, rows).outcome === 'passed' ? [] : [gate.name];
      },
    );
  };

  it('none: every gate passes', () => expect(open(take(3300, 2300))).toEqual([]));

  it('two in a hundred verbatim: copies are found', () => {
    expect(open(stacked(take(3300, 2254), take(0, 46)))).toEqual(expect.arrayContaining(['near-copies']));
  });

  it('two in a hundred with a code changed for another: near copies are found', () => {
    const near = nearlyVerbatim(take(0, 46), everyone, new Rng(2));
    expect(near.rowSizes().filter((size, row) => size === training.rowSizes()[row]).length).toBeGreaterThan(40);
    expect(open(stacked(take(3300, 2254), near))).toEqual(expect.arrayContaining(['near-copies']));
  });

  it('one in five: every attack finds it', () => {
    expect(open(stacked(take(3300, 1840), take(0, 460)))).toEqual(
      expect.arrayContaining([
        'exact-copies',
        'near-copies',
        'closer-to-training',
        'attribute-inference',
        'singling-out',
        'linkability',
        'inference',
      ]),
    );
  });
});
