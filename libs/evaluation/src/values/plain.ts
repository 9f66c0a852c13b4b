import type { Both } from '../sides.ts';
import type { CodeAnswers } from './answers.ts';
import type { Distribution, LeveledLab } from './distribution.ts';
import { digitShares, valueHistogram } from './histograms.ts';
import type { LabPair } from './lab-pairs.ts';
import { peopleOf } from './lab-values.ts';
import type { Lab } from './labs.ts';
import type { MeasuredShares } from './measured.ts';
import type { Namer } from './names.ts';
import { type Estimates, intervalOf } from './resampling.ts';
import type { Shifts } from './shifts.ts';
import { trajectoriesOf } from './trajectories.ts';
import type {
  AnswerComparison,
  BothIntervals,
  LabComparison,
  MeasuredComparison,
  NamedLab,
  PairComparison,
  ShiftComparison,
} from './values-comparison.ts';
import type { WithinPatient } from './within-patient.ts';

/** One lab's figures and plots. */
export function labComparison(
  lab: NamedLab,
  leveled: LeveledLab,
  distribution: Distribution,
  within: WithinPatient | undefined,
  { withTrajectories, minPatients }: { withTrajectories: boolean; minPatients: number },
): LabComparison {
  const { values } = leveled;
  const histogram = valueHistogram(leveled, minPatients);
  const { synthetic, floor } = intervals(distribution.outside, 0, 1);
  const isSmall = (people: number) => people > 0 && people < minPatients;
  return {
    lab,
    values: {
      holdout: values.holdout.value.length,
      synthetic: values.synthetic.value.length,
      ...(!isSmall(peopleOf(values.training)) && { training: values.training.value.length }),
    },
    ks: intervals(distribution.ks, 0, 1),
    wasserstein: intervals(distribution.wasserstein),
    outside: {
      ...(synthetic && { synthetic }),
      ...(!isSmall(distribution.peopleOutside) && floor && { floor }),
    },
    lastDigit: intervals(distribution.lastDigit, 0, 1),
    bounds: shownBounds(distribution, isSmall),
    ...(within && {
      withinPatient: {
        autocorrelation: intervals(within.autocorrelation, 0, 2),
        intraclass: intervals(within.intraclass, 0, 2),
        differences: intervals(within.differences, 0, 1),
        sides: within.sides,
      },
    }),
    ...(histogram && { histogram }),
    digits: digitShares(leveled, minPatients),
    ...(withTrajectories && { trajectories: trajectoriesOf(values.synthetic) }),
  };
}

/** Neither where a few held-out patients have a bound, and no floor where a few training patients have. */
function shownBounds({ bounds, peopleWithBounds }: Distribution, isSmall: (people: number) => boolean): BothIntervals {
  if (isSmall(peopleWithBounds.holdout)) return {};
  const { synthetic, floor } = intervals(bounds, 0, 1);
  const isShown = floor && !isSmall(peopleWithBounds.training);
  return { ...(synthetic && { synthetic }), ...(isShown && { floor }) };
}

export function pairComparison(
  namer: Namer,
  labs: readonly Lab[],
  { labs: [a, b], correlation }: LabPair,
): PairComparison {
  return { labs: [namer.lab(labs[a]), namer.lab(labs[b])], ...correlation };
}

/** @param title of a class or condition, by its number */
export function measuredComparison(
  namer: Namer,
  { of, codes, difference, shares }: MeasuredShares,
  title: (number: number) => string,
): MeasuredComparison {
  return {
    difference: intervals(difference, 0, 1),
    of: of.map(title),
    codes: codes.map((code) => namer.code(code)),
    shares,
  };
}

export function shiftComparison(
  namer: Namer,
  labs: readonly Lab[],
  { correlation, difference, shifts }: Shifts,
): ShiftComparison {
  return {
    r: intervals(correlation, -1, 1),
    difference: intervals(difference),
    byCode: shifts.map(({ lab, code, ...means }) => ({
      lab: namer.lab(labs[lab]),
      code: namer.code(code),
      ...means,
    })),
  };
}

export function answerComparison(namer: Namer, { code, difference, answers }: CodeAnswers): AnswerComparison {
  return {
    code: namer.code(code),
    difference: intervals(difference, 0, 1),
    answers: answers.map(({ answer, ...shares }) => {
      const name = namer.answer(answer);
      return { ...(name && { answer: name }), ...shares };
    }),
  };
}

function intervals({ synthetic, floor }: Both<Estimates>, least = 0, most = Infinity): BothIntervals {
  const [ofSynthetic, ofFloor] = [synthetic, floor].map((estimates) => intervalOf(estimates, least, most));
  return { ...(ofSynthetic && { synthetic: ofSynthetic }), ...(ofFloor && { floor: ofFloor }) };
}
