import { System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from './code-matrix.ts';
import { Titles } from './titles.ts';

const vocabulary = new Vocabulary();
const column = (code: string, display?: string, system = 'urn:local'): Column => ({
  kind: 'condition',
  system,
  code,
  level: 'code',
  ...(display !== undefined && { display }),
});
/** The title of a code of which each patient has one text. */
const titleOf = (texts: string[], k: number, [code, system]: [string, string?] = ['x']) => {
  const titles = new Titles(vocabulary);
  for (const text of texts) titles.add([column(code, text, system)]);
  return titles.titled(column(code, texts[0], system), k).display;
};
const times = (n: number, text: string) => new Array<string>(n).fill(text);

describe('titles', () => {
  const secret = 'seen with Mrs Ada Planted';

  it.each([
    [1, undefined],
    [9, undefined],
    [10, secret],
  ])('a text of %i patients, with k of 10, gives %s', (patients, expected) => {
    expect(titleOf(times(patients, secret), 10)).toBe(expected);
    // A text that more share comes first, whichever was read first.
    expect(titleOf([...times(patients, secret), ...times(11, 'Usual title')], 10)).toBe('Usual title');
  });

  it('counts patients, not events', () => {
    const titles = new Titles(vocabulary);
    titles.add(times(30, secret).map((text) => column('x', text)));
    const { display } = titles.titled(column('x', secret), 10);
    expect(display).toBeUndefined();
  });

  it("is the dictionary's where it has the code, whatever the source says", () => {
    const known = ['I10', System.icd10cm] as [string, string];
    expect(titleOf(times(100, secret), 10, known)).toBe(vocabulary.find(System.icd10cm, 'I10')!.display);
    const product: Column = {
      kind: 'drug',
      system: System.ndc,
      code: '681800513',
      level: 'product',
      display: secret,
    };
    expect(new Titles(vocabulary).titled(product, 1).display).toMatch(/^lisinopril/);
    const race: Column = {
      kind: 'demographic',
      system: 'race',
      code: 'Martian',
      level: 'code',
      display: secret,
    };
    expect(new Titles(vocabulary).titled(race, 1)).not.toHaveProperty('display');
  });

  it('is never a text of fewer than k patients, however many texts there are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 200 }), fc.integer({ min: 1, max: 12 }), (texts, k) => {
        const title = titleOf(texts.map(String), k);
        if (title === undefined) return;
        expect(texts.filter((text) => String(text) === title).length).toBeGreaterThanOrEqual(k);
      }),
    );
  });

  it('stays what most share where some write something else each time', () => {
    const notes = Array.from({ length: 300 }, (_, i) => [`note ${i}`, 'Usual title', 'Usual title']).flat();
    expect(titleOf(notes, 10)).toBe('Usual title');
  });
});
