import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeSums } from './manifest.ts';
import { type Json, reseal, testPackage } from './testing.ts';
import { type Verification, verifyRelease } from './verify.ts';

const { at, folder } = testPackage();

describe('whatever is done to a file, verify says so and never throws', () => {
  const names = [
    'SHA256SUMS',
    'datapackage.json',
    'report.json',
    'outcome.json',
    'policy.yaml',
    'report.html',
    'datasheet.md',
    'data-dictionary.csv',
    'LICENSE.txt',
    'data/t.csv',
  ];
  const odd = fc.constantFrom<Json>(null, true, '', 'x', -1, 1e308, [], {}, [[]], {
    __proto__: null,
    length: 1,
  });

  /** Replaces or removes something somewhere in a JSON value. */
  function mutate(value: Json, path: number[], to: Json, remove: boolean): Json {
    const keys = value && typeof value === 'object' ? Object.keys(value) : [];
    if (keys.length === 0 || path.length === 0) return to;
    const key = keys[path[0] % keys.length];
    if (path.length === 1 && remove && !Array.isArray(value)) delete value[key];
    else value[key] = mutate(value[key], path.slice(1), to, remove);
    return value;
  }
  const bytes = fc.oneof(
    fc.record({ cut: fc.double({ min: 0, max: 0.999, noNaN: true }) }).map(
      ({ cut }) =>
        (before: Buffer) =>
          before.subarray(0, Math.floor(cut * before.length)),
    ),
    fc.uint8Array({ maxLength: 200 }).map((random) => () => Buffer.from(random)),
    fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([where, by]) => (before: Buffer) => {
      const after = Buffer.from(before);
      after[where % after.length] ^= by;
      return after;
    }),
    fc.constant((before: Buffer) => Buffer.concat([Buffer.from('\uFEFF'), before])),
    fc.nat({ max: 20_000 }).map((depth) => () => Buffer.from('[{"a":'.repeat(depth))),
    fc
      .tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), odd, fc.boolean())
      .map(([path, to, remove]) => (before: Buffer) => {
        const text = before.toString();
        return Buffer.from(
          text.startsWith('{')
            ? JSON.stringify(mutate(JSON.parse(text), path, to, remove))
            : `${JSON.stringify(to)}\n${text}`,
        );
      }),
  );

  /** Of others nothing but the checksum is looked at. */
  const readByVerify = new Set(names.slice(0, names.indexOf('report.html')));

  it.each(names)('%s', async (name) => {
    const before = readFileSync(at(name));
    await fc.assert(
      fc.asyncProperty(bytes, async (change) => {
        const after = change(before);
        writeFileSync(at(name), after);
        const found = await verifyRelease(folder());
        // A last line may lose what ends it and say the same: nothing but SHA256SUMS is without a checksum.
        const same = name === 'SHA256SUMS' && after.toString().trimEnd() === before.toString().trimEnd();
        if (!after.equals(before) && !same) expect(found.faults).not.toEqual([]);
        expectWords(found);
      }),
      { numRuns: readByVerify.has(name) ? 40 : 10 },
    );
  });

  it.each(['report.json', 'outcome.json', 'policy.yaml', 'datapackage.json'])(
    '%s, with checksums that fit',
    async (name) => {
      const before = readFileSync(at(name));
      await fc.assert(
        fc.asyncProperty(bytes, async (change) => {
          writeFileSync(at(name), change(before));
          if (name === 'datapackage.json') await writeSums(folder());
          else await reseal(folder());
          expectWords(await verifyRelease(folder()));
        }),
        { numRuns: 25 },
      );
    },
  );

  function expectWords({ faults }: Verification) {
    expect(faults.join('')).not.toMatch(/TypeError|RangeError|\[object|[\u0000-\u001f\u007f-\u009f]/);
  }
});
