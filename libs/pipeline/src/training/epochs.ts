import { type ModelName, optionNamesOf, titleOf } from '@ehrsynth/models';
import { NoEpochsError } from './errors.ts';

/** @throws NoEpochsError where the epochs that are asked for, those before adversarial training with them, are none */
export function checkEpochs(model: ModelName, { epochs, pretrainEpochs }: Record<string, unknown>): void {
  const isPretrained = optionNamesOf(model).includes('pretrainEpochs') && pretrainEpochs !== 0;
  if (epochs === 0 && !isPretrained) throw new NoEpochsError(titleOf(model));
}

/** Said of a training that ends with its pre-training. */
export function pretrainingNote({ epochs, pretrainEpochs = 0 }: { epochs?: number; pretrainEpochs?: number }) {
  if (epochs !== 0 || pretrainEpochs === 0) return undefined;
  return `--epochs 0: only pre-training, ${pretrainEpochs} epochs, without the adversarial training that follows it.`;
}
