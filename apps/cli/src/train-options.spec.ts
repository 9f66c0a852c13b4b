import { MODEL_NAMES, MODELS } from '@ehrsynth/models';
import { TrainOnOptions } from '@ehrsynth/pipeline';
import { expect, it } from 'vitest';
import { trainCommand } from './commands/train.ts';

it('train has no option that neither it nor a model knows, which would be ignored without a word', () => {
  const known = MODEL_NAMES.flatMap((name) => Object.keys(MODELS[name].options.shape));
  const own = [...Object.keys(TrainOnOptions.shape), 'tensorboard', 'federated'];
  const names = trainCommand().options.map((option) => option.attributeName());
  expect(names.filter((name) => !known.includes(name) && !own.includes(name))).toEqual([]);
});
