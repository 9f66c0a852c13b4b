import { privateChoice, type PrivateChoice } from '@ehrsynth/matrix';
import { noiseFor } from '@ehrsynth/privacy';
import { IncompleteOptionsError, IneffectiveOptionError } from '../errors.ts';

interface ChoiceOptions {
  dpEpsilon?: number;
  dpDelta?: number;
  minPatients: number;
  rare: 'drop' | 'parent';
}

/**
 * How columns are chosen by noisy counts, where that is asked for: half of δ is for the noise, half for codes that one patient alone has.
 * @throws IncompleteOptionsError, IneffectiveOptionError; PrivacyBudgetError where the budget means nothing
 */
export function choiceOf({ dpEpsilon, dpDelta, minPatients, rare }: ChoiceOptions): PrivateChoice | undefined {
  if (dpEpsilon === undefined && dpDelta === undefined) return undefined;
  if (dpEpsilon === undefined || dpDelta === undefined)
    throw new IncompleteOptionsError(
      '--dp-epsilon and --dp-delta must be given together: they choose the columns by noisy counts',
    );
  if (rare === 'parent')
    throw new IneffectiveOptionError(
      'rare parent',
      'each code is counted once, at its level, when columns are chosen by noisy counts',
    );
  const { noiseMultiplier } = noiseFor(dpEpsilon, dpDelta / 2, { samplingRate: 1, steps: 1 });
  return privateChoice(noiseMultiplier, dpDelta / 2, minPatients);
}
