import { DEFAULT_MODEL, MODELS } from '@ehrsynth/models';
import type { z } from 'zod';
import { IncompleteOptionsError, IneffectiveOptionError } from '../errors.ts';
import type { TrainOptions } from '../training/train-options.ts';
import { NotSharedModelError, type Wanted } from './begin-shared.ts';

export type GivenOptions = z.output<typeof TrainOptions>;

/** What is asked of sites, of the options of `train`. @throws NotSharedModelError, IneffectiveOptionError, IncompleteOptionsError */
export function wantedOf({
  model,
  settings,
  seed,
  canaries,
  dpEpsilon,
  dpDelta,
  dpClip = 1,
  dpPublic = [],
}: GivenOptions): Wanted {
  if (canaries > 0)
    throw new IneffectiveOptionError(
      'canaries',
      'they would be planted among patients, who stay at their sites',
      'federated',
    );
  if (dpPublic.length > 0)
    throw new IneffectiveOptionError('dp-public', 'each site declares in its policy what is public', 'federated');
  if ((dpEpsilon === undefined) !== (dpDelta === undefined))
    throw new IncompleteOptionsError('--dp-epsilon and --dp-delta must be given together');
  const privacy = dpEpsilon === undefined ? undefined : { epsilon: dpEpsilon, delta: dpDelta!, clip: dpClip };
  const name = model === 'auto' ? DEFAULT_MODEL : model;
  if (!(name in MODELS)) throw new NotSharedModelError(name);
  return { model: name as keyof typeof MODELS, settings, seed, privacy };
}
