import { expect, it } from 'vitest';
import { optionsOf } from './registry.ts';

it('refuses an option of another model', () => {
  expect(() => optionsOf('chow-liu', { hidden: 3 })).toThrow('Chow–Liu tree has no --hidden');
  expect(() => optionsOf('autoregressive', { pretrainEpochs: 3 })).toThrow('no --pretrain-epochs');
  expect(() => optionsOf('autoregressive', { batchSize: -3 })).toThrow('--batch-size: ');
  expect(optionsOf('marginals', { seed: 7, hidden: undefined })).toEqual({ edges: false, seed: 7 });
});
