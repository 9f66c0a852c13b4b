import { expect, it } from 'vitest';
import { saysNoAllergy } from './no-allergy.ts';

it.each([
  'NKDA',
  'nka',
  'N.K.D.A.',
  'NKDA (reviewed)',
  'No known allergies',
  'No known drug allergy (situation)',
  'no-known-medication-allergies',
  'no allergies',
  'Denies allergies',
  'None known',
  '716186003',
])('%s is no allergy', (word) => {
  expect(saysNoAllergy(word)).toBe(true);
});

it.each(['ASPIRIN', 'Nkata', 'Nickel', 'Nuts', 'Allergy to penicillin', '91936005', 'Novocain'])(
  '%s is one',
  (word) => {
    expect(saysNoAllergy(word)).toBe(false);
  },
);
