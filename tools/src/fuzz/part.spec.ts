import { UserError } from '@ehrsynth/io';
import { expect, it } from 'vitest';
import { outcomeOf } from './part.ts';

it('words are an outcome; any other error is a crash, with what led to it', async () => {
  const fails = (error: Error) => outcomeOf('weights.bin, mutation 7', () => Promise.reject(error));
  expect(await outcomeOf('x', () => Promise.resolve('read'))).toEqual({
    outcomes: [{ what: 'read', times: 1 }],
    crashes: [],
  });
  expect((await fails(new UserError('broken', 1, 'Broken'))).outcomes).toEqual([
    { what: 'refused in words', times: 1 },
  ]);
  const { outcomes, crashes } = await fails(new TypeError('Cannot read properties of undefined'));
  expect(outcomes).toEqual([]);
  expect(crashes).toMatchObject([
    { mutation: 'weights.bin, mutation 7', error: expect.stringContaining('TypeError: Cannot read') },
  ]);
});
