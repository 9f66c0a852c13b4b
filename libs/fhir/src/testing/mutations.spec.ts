import { expect, it } from 'vitest';
import { mutations } from './mutations.ts';

const texts = (seed: number, count: number) => [...mutations(seed, count)].map(({ text }) => text);

it('gives the same mutations for the same seed, and others for another', () => {
  expect(texts(1, 50)).toEqual(texts(1, 50));
  expect(texts(1, 50)).not.toEqual(texts(2, 50));
});

it('does all the kinds of damage, nearly always in JSON', () => {
  const all = texts(1, 1000);
  expect(all.filter(isJson).length).toBeGreaterThan(950);
  const signs = [
    '"__proto__":',
    '1e999',
    '[null',
    '-0',
    String.raw`\u0000`,
    '"resourceType":"HumanName"',
    '{"extension":['.repeat(5000),
    'x'.repeat(1 << 20),
  ];
  for (const sign of signs)
    expect(
      all.some((text) => text.includes(sign)),
      sign.slice(0, 30),
    ).toBe(true);
  expect(all.some((text) => text.length < 10_000 && /"(\w+)":("[^"]*"|\d+),"\1":/.test(text))).toBe(true);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
