import { coded } from '../right-resources.ts';
import type { KindOfFault } from './kind-of-fault.ts';
import { div, patient, condition } from './parts.ts';

export const CHARACTERS: KindOfFault = {
  broken: [
    [
      'a control character in a name',
      patient,
      { name: [{ family: 'a\u0008' }] },
      'format',
      'Patient.name[0].family',
    ],
    [
      'a zero character in a text',
      condition,
      { code: { text: 'a\u0000b' } },
      'format',
      'Condition.code.text',
    ],
    [
      'an escape sequence of a terminal',
      patient,
      { name: [{ text: '\u001b[31mx' }] },
      'format',
      'Patient.name[0].text',
    ],
    [
      'a control character in a code',
      condition,
      { code: coded('urn:x', 'a\u0001') },
      'format',
      'Condition.code.coding[0].code',
    ],
    [
      'a control character in a markdown',
      condition,
      { note: [{ text: 'x\u000c' }] },
      'format',
      'Condition.note[0].text',
    ],
    ['half a character', patient, { name: [{ family: 'a\ud83d' }] }, 'format', 'Patient.name[0].family'],
    [
      'a text of more than a megabyte',
      condition,
      { code: { text: 'x'.repeat(1024 * 1024 + 1) } },
      'format',
      'Condition.code.text',
    ],
    [
      'a markdown of more than a megabyte',
      condition,
      { note: [{ text: 'x'.repeat(1024 * 1024 + 1) }] },
      'format',
      'Condition.note[0].text',
    ],
    [
      "HTML's name of a blank in a narrative (txt-1)",
      patient,
      div('a&nbsp;b'),
      'invariant',
      'Patient.text.div',
    ],
    [
      "HTML's name of a sign in a narrative (txt-1)",
      patient,
      div('&copy; x'),
      'invariant',
      'Patient.text.div',
    ],
    [
      'a relative system',
      condition,
      { code: { coding: [{ system: 'icd10', code: 'I10' }] } },
      'format',
      'Condition.code.coding[0].system',
    ],
    [
      'a relative system of an identifier',
      patient,
      { identifier: [{ system: 'mrn', value: '1' }] },
      'format',
      'Patient.identifier[0].system',
    ],
  ],
  right: [
    [
      'tabs and line ends',
      condition,
      { code: { ...condition.code, text: 'a\tb\r\nc' }, note: [{ text: 'a\n\n* b' }] },
    ],
    ['letters of all scripts, and a face', patient, { name: [{ family: 'Ø李\u00a0😀' }] }],
    ['a text of a megabyte', condition, { note: [{ text: 'x'.repeat(1024 * 1024) }] }],
    [
      'an attachment of more than a megabyte',
      patient,
      { photo: [{ contentType: 'image/png', data: 'A'.repeat(1024 * 1024 + 4) }] },
    ],
    ["XML's five names in a narrative", patient, div('&amp;&lt;&gt;&quot;&apos;')],
    ['a blank by its number in a narrative', patient, div('a&#160;&#xA0;\u00a0b')],
    ['an ampersand of an address in a narrative', patient, div('<a href="http://x.org/?a=1&amp;b=2">x</a>')],
  ],
};
