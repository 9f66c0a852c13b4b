/** Values that programs stumble over, to put into resources that were right. */
export const ODD_STRINGS = [
  '',
  ' ',
  ' x ',
  'x'.repeat(65),
  '\u0000',
  'a\u0008b\u001b[31m',
  '\ud800',
  '\u202eabc',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  'null',
  '#',
  '#x',
  '?',
  '/',
  'Patient/',
  'Patient/a/b',
  'javascript:alert(1)',
  'urn:uuid:',
  'http://',
  'http://[',
  'https://x.org/fhir/Patient/p|1',
  '0000-00-00',
  '2010-02-30',
  '9999-12-31T24:00:00+99:99',
  '1e999',
  '<div xmlns="http://www.w3.org/1999/xhtml">&nbsp;<p></div>',
  '%s%n',
  '../../../x',
];
export const ODD_NUMBERS = ['1e999', '-1e999', '-0', '0', '1e-400', '9007199254740993', '0.1', '-1', '1E400', '1e308'];
export const ODD_KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'length',
  'resourceType',
  'extension',
  'contained',
  'value[x]',
  'id',
  '_id',
  '_',
  '',
  'a.b',
  '0',
];
export const ODD_TYPES = [
  '__proto__',
  'constructor',
  'toString',
  'HumanName',
  'Resource',
  'Element',
  'string',
  'Bundle',
  'Parameters',
  'Patient',
  'Observation',
  'x',
];
export const RETYPED: unknown[] = [null, true, 0, 'x', {}, [], [null], [[]], [{}], { x: null }, [0, 'x']];
export const WHOLE = ['null', '0', 'true', '"x"', '[]', '{}', '[{}]', '[null]', '', '{', '{"resourceType":"Patient"'];
export const LEVELS = [50, 500, 5_000];
export const MOST_LEVELS = 100_000;
/** How one level opens and closes. */
export const NESTINGS: [string, string][] = [
  ['{"extension":[', ']}'],
  ['{"url":"urn:x","extension":[', ']}'],
  ['[', ']'],
  ['{"contained":[', ']}'],
  ['{"item":[', ']}'],
  ['{"resourceType":"Patient","contained":[', ']}'],
  ['{"resourceType":"Bundle","type":"collection","entry":[{"resource":', '}]}'],
  ['{"resourceType":"Parameters","parameter":[{"name":"x","resource":', '}]}'],
];
export const LONG = 1 << 20;
