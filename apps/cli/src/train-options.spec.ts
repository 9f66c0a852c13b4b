import { MODEL_NAMES, MODELS, optionsOf } from '@ehrsynth/models';
import { TrainOnOptions } from '@ehrsynth/pipeline';
import { expect, it } from 'vitest';
import { trainCommand } from './commands/train.ts';

it('train has no option that neither it nor a model knows, which would be ignored without a word', () => {
  const known = MODEL_NAMES.flatMap((name) => Object.keys(MODELS[name].options.shape));
  const own = [...Object.keys(TrainOnOptions.shape), 'tensorboard', 'federated'];
  const names = trainCommand().options.map((option) => option.attributeName());
  expect(names.filter((name) => !known.includes(name) && !own.includes(name))).toEqual([]);
});

it.each(MODEL_NAMES)('%s: a message about an option that it lacks names those of train that it has', (name) => {
  const { options, ...kind } = MODELS[name];
  const fixed = Object.keys('fixed' in kind ? kind.fixed : {});
  const has = (option: string) => option in options.shape && !fixed.includes(option);
  const flags = trainCommand().options.filter((option) => has(option.attributeName()));
  const message = (() => {
    try {
      return String(optionsOf(name, { nothing: 1 }));
    } catch (error) {
      return (error as Error).message;
    }
  })();
  const named = message.slice(message.indexOf('It has')).match(/--[a-z0-9-]+/g);
  expect(named?.sort()).toEqual(flags.map(({ long }) => long).sort());
});
