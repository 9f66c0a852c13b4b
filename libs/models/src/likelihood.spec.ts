import { startEngine } from '@ehrsynth/engine';
import { expect, it } from 'vitest';
import { twoKinds } from '../test/two-kinds.ts';
import { Autoregressive } from './autoregressive/autoregressive.ts';
import { AutoregressiveOptions } from './autoregressive/options.ts';

const matrix = twoKinds(600);

/** Of each epoch whether it ended the training with a loss that was still falling. */
async function stillFalling(epochs: number, learningRate: number) {
  const found: (boolean | undefined)[] = [];
  const options = AutoregressiveOptions.parse({ epochs, learningRate, hidden: 32, batchSize: 30, dropout: 0 });
  const model = new Autoregressive(matrix.columns, options);
  await model.fit(matrix, { onEvent: (event) => found.push(event.stillFalling) });
  model.dispose();
  return found;
}

it('says so where the loss on patients set aside was still falling at the last epoch, and only there', async () => {
  await startEngine('wasm');
  expect(await stillFalling(4, 1e-3)).toEqual([false, false, false, true]);
  // A rate of nearly 0: nothing is learned, and twice the epochs would not help.
  expect((await stillFalling(4, 1e-9)).includes(true)).toBe(false);
});
