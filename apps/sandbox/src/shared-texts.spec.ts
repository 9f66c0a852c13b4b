import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SharedTexts } from './shared-texts.ts';

it('changes nothing that a resource says, whatever texts others have', () => {
  const names = fc.constantFrom('system', 'code', 'display', 'reference', 'value', 'profile', 'data', 'coding');
  const { resource } = fc.letrec((tie) => ({
    resource: fc.dictionary(names, fc.oneof(fc.string({ maxLength: 2 }), fc.integer(), tie('resource'), tie('list'))),
    list: fc.array(fc.oneof(fc.string({ maxLength: 2 }), fc.constant(null), tie('resource')), { maxLength: 3 }),
  }));
  const texts = new SharedTexts();
  fc.assert(
    fc.property(resource, (value) => {
      const before = structuredClone(value);
      texts.share(value as object);
      expect(value).toEqual(before);
    }),
  );
});

it('goes on when more texts come than it remembers', () => {
  const texts = new SharedTexts(2);
  const codes = ['a', 'b', 'c', 'a', 'b'].map((code) => ({ code }));
  for (const one of codes) texts.share(one);
  expect(codes.map(({ code }) => code).join('')).toBe('abcab');
});
