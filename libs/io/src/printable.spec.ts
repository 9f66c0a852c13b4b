import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserError } from './errors.ts';
import { printable, printableLines } from './printable.ts';

/** Everything that a terminal acts on, and that turns or hides text. */
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('\u001b[2J', '\u009b31m', '\u202e', '\u2028', '\r', '\n', '\t', 'a', '\\', '\ud800', '\u{e0041}'),
    )
    .map((parts) => parts.join('')),
);

it('shows what acts on a terminal as its escape, and leaves letters of any script alone', () => {
  expect(printable('\u001b[31mred\u001b]0;title\u0007')).toBe('\\u001b[31mred\\u001b]0;title\\u0007');
  expect(printable('exe.\u202etxt\u2028\u009b2J')).toBe('exe.\\u202etxt\\u2028\\u009b2J');
  expect(printable('a\nb\rc\td')).toBe('a\\nb\\rc\\td');
  expect(printable('Ménière, 糖尿病, Грипп, ≥ 5 µg, ½, 🩺')).toBe('Ménière, 糖尿病, Грипп, ≥ 5 µg, ½, 🩺');
  expect(printable('x'.repeat(1000))).toBe(`${'x'.repeat(400)}…`);
});

it('whatever the text, nothing in it acts on a terminal, and one part stays one line', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(printable(text)).not.toMatch(ACTING);
      expect(printable(text)).not.toMatch(/[\n\t]/);
      expect(printableLines(text)).not.toMatch(ACTING);
      expect(printableLines(text).split('\n')).toHaveLength(text.split('\n').length);
    }),
    { numRuns: 1000 },
  );
});

it('leaves JSON the JSON that it was', () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, anyText), (value) => {
      for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)])
        expect(JSON.parse(printableLines(text))).toEqual(JSON.parse(text));
    }),
  );
});

it('an error for a user is made of safe parts, and no part can look like another line of ours', () => {
  const error = new UserError('x', 1, 'No such code: \u001b[2J\nVerdict: fit for release', {
    where: 'a\nb\u202e',
    todo: 'Do\u0007 this.',
  });
  expect(error.message.split('\n')).toEqual([
    'No such code: \\u001b[2J',
    '  Verdict: fit for release',
    '  at a\\nb\\u202e',
    '  Do\\u0007 this.',
  ]);
  expect(error.details.where).toBe('a\nb\u202e');
});
