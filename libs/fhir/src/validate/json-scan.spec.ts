import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanJson } from './json-scan.ts';

it.each<[string, string, string[]]>([
  ['a key twice', '{"a":1,"b":2,"a":3}', ['.a']],
  ['a key three times', '{"a":1,"a":2,"a":3}', ['.a', '.a']],
  ['a key twice deep down', '{"x":{"name":[{},{"family":"a","family":"b"}]}}', ['.x.name[1].family']],
  ['a key in two ways of writing', String.raw`{"id":1,"\u0069d":2}`, ['.id']],
  ['a key twice among many', `{${Array.from({ length: 50 }, (_, i) => `"k${i}":0`).join()},"k3":1}`, ['.k3']],
  ['a name of JavaScript twice', '{"__proto__":1,"__proto__":2,"constructor":1,"toString":1}', ['.__proto__']],
  ['the same key in two objects', '{"a":{"a":1},"b":[{"a":1},{"a":1}],"c":{"a":1}}', []],
  ['a text that looks like a key', String.raw`{"a":"\"a\":1,","b":"{\"b\":","c":["c","c",":"]}`, []],
  ['backslashes before a quote', String.raw`{"a":"\\","b":"\\\"","c":"\\\\"}`, []],
  ['an empty key', '{"":1,"":2}', ['.']],
  ['no object', '"a"', []],
])('finds %s', (_, text, duplicates) => {
  expect(scanJson(text).duplicates).toEqual(duplicates);
});

it('finds no key twice in what JSON.stringify wrote, and its depth', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      const { duplicates, depth } = scanJson(JSON.stringify(value, null, indent));
      expect(duplicates).toEqual([]);
      expect(depth).toBe(depthOf(value));
    }),
  );
});

it('finds a key twice wherever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), (keys, at) => {
      const own = [...new Set(keys)];
      const again = own[at % own.length];
      const members = [...own, again].map((key) => `${JSON.stringify(key)}:[{"x":1}]`);
      expect(scanJson(`[{${members.join()}}]`).duplicates).toEqual([`[0].${again.slice(0, 60)}`]);
    }),
  );
});

it('ends at ten thousand levels, in no more of the stack', () => {
  expect(scanJson('['.repeat(1e6) + ']'.repeat(1e6)).depth).toBe(10_001);
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

it.each<[string, string[]]>([
  ['{"rank":1.0}', ['.rank']],
  ['{"rank":-10e-1,"x":[{"rank":2E3}]}', ['.rank', '.x[0].rank']],
  ['{"rank":[1,1.0]}', ['.rank[1]']],
  ['{"rank":1.5,"value":1.0,"text":"1.0","rank2":1.0}', []],
  ['{"rank":10,"flags":[true,false,null]}', []],
  ['1.0', []],
])('finds whole numbers with a fraction or an exponent in %s', (text, paths) => {
  expect(scanJson(text, (key) => key === 'rank').fractions).toEqual(paths);
});
