import { describe, expect, it } from 'vitest';
import { startEngine, surveyEngines } from './index.ts';

describe('engines', () => {
  it('are told with their versions and threads, and the command that brings one that is not there', async () => {
    const states = await surveyEngines();
    expect(states.find(({ name }) => name === 'wasm')!.detail).toMatch(/SIMD, \d+ threads?/);
    for (const { available, detail, todo } of states.filter(({ available }) => !available)) {
      expect(available).toBe(false);
      expect(detail).toMatch(/not installed|does not load/);
      expect(todo).toMatch(/npm run engine:native/);
    }
  });

  it('one that is asked for and is not there is an error that says so', async () => {
    const missing = (await surveyEngines()).find(({ available }) => !available);
    if (!missing) return;
    await expect(startEngine(missing.name)).rejects.toThrow(
      /is not available[\s\S]*npm run engine:native[\s\S]*doctor/,
    );
  });
});
