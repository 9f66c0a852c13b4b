import type { RowSource } from '@ehrsynth/matrix';
import { fitByDpSgd, type PrivateHooks } from '../private/dp-sgd.ts';
import type { FitControl } from '../synthesizer.ts';
import type { Network } from './network.ts';
import { type AutoregressiveOptions, privateSteps } from './options.ts';
import { clippedGradients } from './private-gradients.ts';
import type { Tokens } from './tokens.ts';

/** Trains on rows by DP-SGD; the number of steps is fixed before it begins. @see fitByDpSgd */
export function fitPrivately(
  network: Network,
  tokens: Tokens,
  source: RowSource,
  options: AutoregressiveOptions & { epochs: number },
  control: FitControl,
  hooks?: PrivateHooks,
): Promise<boolean> {
  const lessons = {
    variables: network.named,
    patients: source.rows,
    steps: privateSteps(source.rows, options),
    clippedGradients: async (taken: Int32Array) =>
      clippedGradients(network, tokens, await source.take(taken), options.clip),
  };
  return fitByDpSgd(lessons, options, control, hooks);
}
