import { Dictionary, HistoriesBuilder } from '@ehrsynth/histories';
import { auditHistories } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import type { Figures } from './gate.ts';
import type { HistoryFigures } from './history-figures.ts';
import { HISTORY_GATES } from './history-gates.ts';
import { judgeGate } from './verdict.ts';

/** The codes of each visit of a person. */
type Visits = number[][];

const GATES = HISTORY_GATES.filter(({ name }) => /^(partial-)?sequence-copies$/.test(name));
const [TRAINING, HOLDOUT] = [400, 200];
const ROWS = { training: TRAINING, holdout: HOLDOUT, synthetic: TRAINING };
/** Visits of care by protocol: the same for everybody who has it. */
const PROTOCOL = 5;

/** People of eight visits with three of forty codes each. */
function people(count: number, seed: string): Visits[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: 8 }, () => [0, 1, 2].map((part) => 20 * part + rng.int(20))),
  );
}

const [training, holdout, fresh] = [people(TRAINING, 'training'), people(HOLDOUT, 'holdout'), people(TRAINING, 'new')];

async function attacksOn(synthetic: Visits[], real = { training, holdout }): Promise<HistoryFigures['attacks']> {
  const dictionary = new Dictionary();
  const [R, H, S] = [real.training, real.holdout, synthetic].map((side) => {
    const builder = new HistoriesBuilder(dictionary);
    side.forEach((visits, id) => {
      const events = visits.flatMap((codes, month) =>
        codes.map((code) => ({
          kind: 'condition' as const,
          code: { system: 's', code: `${code}` },
          start: new Date(Date.UTC(2015, month, 1)).toISOString().slice(0, 10),
        })),
      );
      builder.add({ id: `${id}`, sex: 'female', encounters: [], events });
    });
    return builder.build();
  });
  return auditHistories(R, H, S);
}

/** The outcomes of both gates, the one of whole histories first. */
function outcomes(attacks: HistoryFigures['attacks']): string[] {
  const histories = { attacks } as HistoryFigures;
  return GATES.map((gate) => judgeGate(gate, gate.threshold!, gate.value({ histories } as Figures), ROWS).outcome);
}

const outcomesOf = async (synthetic: Visits[]) => outcomes(await attacksOn(synthetic));

/** The synthetic histories, the first of them with visits of these people from the third on. */
const withVisitsOf = (donors: Visits[], count: number) =>
  fresh.map((visits, i) => (i < count ? [...visits.slice(0, 2), ...donors[i].slice(2, 7), visits[7]] : visits));

it('people who are new pass', async () => expect(await outcomesOf(fresh)).toEqual(['passed', 'passed']));

it('five visits of a training patient in one of ten histories fail, and whole histories pass', async () =>
  expect(await outcomesOf(withVisitsOf(training, 40))).toEqual(['passed', 'failed']));

it('three in a hundred do not pass', async () =>
  expect((await outcomesOf(withVisitsOf(training, 12)))[1]).not.toBe('passed'));

it('whole training histories, one of ten, fail both', async () =>
  expect(await outcomesOf([...fresh.slice(40), ...training.slice(0, 40)])).toEqual(['failed', 'failed']));

it('visits of held-out patients are no memory', async () =>
  expect(await outcomesOf(withVisitsOf(holdout, 40))).toEqual(['passed', 'passed']));

it('care by protocol, which chance gives back of many, is not taken for memory', async () => {
  const protocols = people(600, 'protocols').map((visits) => visits.slice(0, PROTOCOL));
  const treated = (side: Visits[], seed: string) => {
    const rng = new Rng(seed);
    return side.map((visits) => (rng.chance(0.3) ? [...rng.pick(protocols), ...visits.slice(PROTOCOL)] : visits));
  };
  const real = { training: treated(training, 'of training'), holdout: treated(holdout, 'of holdout') };
  const attacks = await attacksOn(treated(fresh, 'of new'), real);
  const { training: ofTraining, holdout: ofHoldout } = attacks.copies.longRuns;
  expect(Math.min(ofTraining.successes, ofHoldout.successes)).toBeGreaterThan(5);
  expect(outcomes(attacks)).not.toContain('failed');
});
