import { startEngine } from '@ehrsynth/engine';
import { afterAll, expect, it } from 'vitest';
import { addEngine } from './add-engine.ts';
import { checkEngine, requireSame } from './check-engine.ts';

afterAll(() => startEngine());

it('an engine is checked by a small training, and one that computes something else is refused', async () => {
  expect(await checkEngine('wasm')).toMatch(/SIMD/);
  expect(() => requireSame([1, 2.0001], [1, 2])).not.toThrow();
  expect(() => requireSame([1, 2.01], [1, 2])).toThrow('gives the loss 2.01, and plain JavaScript gives 2');
  expect(() => requireSame([NaN], [1])).toThrow(/NaN/);
});

it('options that do not go together are refused before anything is brought', async () => {
  await expect(addEngine('cuda' as never)).rejects.toThrow(/Invalid options for addEngine/);
  await expect(addEngine('webgpu', { libtensorflow: 'folder' })).rejects.toThrow(/webgpu is not built on this machine/);
});
