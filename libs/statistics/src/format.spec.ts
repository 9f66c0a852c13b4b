import { expect, it } from 'vitest';
import { fixed, intervalText, percent, shareText } from './format.ts';

it('zero has no minus, in whichever way a number is written', () => {
  expect(percent(-0.0004)).toBe('0.0 %');
  expect(percent(-0)).toBe('0.0 %');
  expect(fixed(-0.0049, 2)).toBe('0.00');
  expect(fixed(-0.4, 0)).toBe('0');
  expect(intervalText({ value: -1e-9, lower: -0.02, upper: 0.0001 })).toBe('0.000 (-0.020 – 0.000)');
  expect(shareText({ value: 0, lower: -0.0001, upper: 0.5 })).toBe('0.0 % (0.0 % – 50.0 %)');
});

it('other numbers keep their sign and digits', () => {
  expect(percent(-0.0006)).toBe('-0.1 %');
  expect(fixed(-0.005001, 2)).toBe('-0.01');
  expect(fixed(1.5, 3)).toBe('1.500');
  expect(fixed(NaN, 1)).toBe('NaN');
});
