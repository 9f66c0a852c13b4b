import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asCell, fromCell } from './spreadsheet.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', '＝', 'a', '1', '"', ','))
    .map((parts) => parts.join('')),
);

it('puts an apostrophe before a formula and before nothing else', () => {
  for (const formula of [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '＝1',
    "'=1",
    "=cmd|'/c calc'!A1",
  ])
    expect(asCell(formula)).toBe(`'${formula}`);
  for (const plain of ['I10', 'a=b', "'tis", "Crohn's", '', '2028-9', '2020-01-02', "'"])
    expect(asCell(plain)).toBe(plain);
});

it('whatever the text, it begins no formula, and comes back', () => {
  fc.assert(
    fc.property(text, (any) => {
      expect(asCell(any)).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
      expect(asCell(any)).not.toMatch(/^[\t\r\n]/);
      expect(fromCell(asCell(any))).toBe(any);
    }),
    { numRuns: 2000 },
  );
});
