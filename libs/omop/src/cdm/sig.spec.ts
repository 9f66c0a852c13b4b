import { System } from '@ehrsynth/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSig, SIG_FORM, sigOf } from './sig.ts';

const number = fc.double({ noNaN: true, min: 1e-9, max: 1e9 });
const dosage = fc.record(
  {
    dose: fc.record(
      {
        value: number,
        unit: fc.constantFrom('tablet', 'mg', '%', 'fl oz', 'Stück', '10*3/uL'),
        comparator: fc.constantFrom('<', '<=', '=', '>=', '>'),
      },
      { requiredKeys: ['value'] },
    ),
    timesPerDay: number,
  },
  { requiredKeys: [] },
);

describe('sig', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(dosage, (given) => {
        const sig = sigOf(given) ?? '';
        expect(readSig(sig)).toEqual(given);
        expect(new RegExp(SIG_FORM).test(sig)).toBe(sig !== '');
      }),
    );
    const dose = { value: 2, unit: 'Tablet', system: 'http://unitsofmeasure.org', code: '{tbl}' };
    const sig = 'Dose 2 Tablet (http://unitsofmeasure.org|{tbl}), 3 times a day';
    expect(sigOf({ dose, timesPerDay: 3 })).toBe(sig);
    expect(readSig(sig)).toEqual({ dose, timesPerDay: 3 });
    expect(sigOf({ timesPerDay: 0.5 })).toBe('0.5 times a day');
  });

  it.each([
    'Take 2 tablets, 3 times a day',
    '2 tablet',
    'Dose 2 tablet for Mrs Jane Doe of Springfield',
    'Dose 2 tablet, 3 times a day. Call Dr. Smith',
    ', 3 times a day',
    'Dose two',
    `${System.ndc}`,
    '',
  ])('reads nothing of %j', (text) => {
    expect(readSig(text)).toEqual({});
    expect(new RegExp(SIG_FORM).test(text)).toBe(false);
  });

  it('has no form for a dose without a number or with a unit that is a text', () => {
    expect(sigOf({ dose: { unit: 'tablet' } })).toBeUndefined();
    expect(sigOf({ dose: { value: 1, unit: 'spoon, the blue one' } })).toBeUndefined();
    expect(sigOf({ dose: { value: 1, unit: 'x'.repeat(21) } })).toBeUndefined();
  });
});
