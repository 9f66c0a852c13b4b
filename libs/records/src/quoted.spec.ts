import { expect, it } from 'vitest';
import { quoted, sampleOf } from './quoted.ts';

it.each(['99213', 'E11.9', 'NA', 'L-1234', '0093-1048-01', 'IMP', 'Z1a', ' GLU '])('quotes the code %j', (text) => {
  expect(quoted(text)).toBe(text.trim());
});

it.each(['Mr Smith', 'Smith', 'SMITH', 'Smith1970', 'room 4', 'kim', '', 'jane@clinic.example', '1'.repeat(51)])(
  'gives only the length of %j',
  (text) => expect(quoted(text)).toBe(`a text of ${text.length} characters`),
);

it('quotes a word of a list, if it is short', () => {
  const isWord = (text: string) => text.startsWith('weiblich');
  expect(quoted('weiblich', isWord)).toBe('weiblich');
  expect(quoted('weiblich'.padEnd(51, 'x'), isWord)).toBe('a text of 51 characters');
});

it.each([
  'NaN',
  '-Infinity',
  '1,5',
  '1.2E5',
  '12-MAR-2020',
  '3 January 2020',
  '2020-13-45T10:00:00Z',
  '< 5',
  '10%',
  '07:30 PM',
])('gives %j as a sample', (text) => expect(sampleOf(text)).toBe(JSON.stringify(text)));

it.each(['Mr Smith', 'see Mrs Meyer 555-1234', 'May', 'Jane 5', 'x', 'Tee', '9'.repeat(31)])(
  'gives no sample of %j',
  (text) => expect(sampleOf(text)).toBe(`a text of ${text.length} characters`),
);
