import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { mutate } from './mutate.ts';

describe('mutate', () => {
  const file = new TextEncoder().encode(JSON.stringify({ format: 'x', list: [1, 2, { deep: 'text' }] }));
  const all = (seed: number) => {
    const rng = new Rng(seed);
    return Array.from({ length: 300 }, () => Buffer.from(mutate(file, rng)).toString('latin1'));
  };

  it('changes the file in many ways, the same ones for a seed, and leaves the original alone', () => {
    const before = Buffer.from(file).toString();
    const found = all(1);
    expect(new Set(found).size).toBeGreaterThan(150);
    expect(all(1)).toEqual(found);
    expect(all(2)).not.toEqual(found);
    expect(Buffer.from(file).toString()).toBe(before);
  });

  it('edits values of JSON that stays JSON, and breaks it as well', () => {
    const found = all(3);
    const isJson = (text: string) => {
      try {
        return JSON.parse(text) !== undefined;
      } catch {
        return false;
      }
    };
    const whole = found.filter(isJson).length;
    expect(whole).toBeGreaterThan(100);
    expect(whole).toBeLessThan(280);
    expect(found.some((text) => text.length < before / 2)).toBe(true);
  });

  const before = file.length;
});
