import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyTable } from './key-table.ts';

it('holds what a Map would, and so does its memory in other hands', () => {
  const key = fc.oneof(
    fc.string(),
    fc.nat(5000).map((n) => `Patient/${n}`),
  );
  const whole = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(key, whole, whole)), fc.array(key), (added, asked) => {
      const table = new KeyTable();
      const map = new Map<string, [number, number]>();
      for (const [name, first, second] of added) {
        expect(table.add(name, first, second)).toBe(!map.has(name));
        if (!map.has(name)) map.set(name, [first, second]);
      }
      const shared = new KeyTable(table.share());
      for (const name of [...map.keys(), ...asked]) {
        expect(shared.has(name)).toBe(map.has(name));
        expect(shared.get(name)).toEqual(map.get(name));
      }
    }),
  );
});

it('grows, and distinguishes a hundred thousand alike keys', () => {
  const table = new KeyTable();
  for (let i = 0; i < 100_000; i++) expect(table.add(`Observation/${i}`, i, 7 * i)).toBe(true);
  for (let i = 0; i < 100_000; i++) expect(table.get(`Observation/${i}`)).toEqual([i, 7 * i]);
  expect(table.has('Observation/100000')).toBe(false);
});
