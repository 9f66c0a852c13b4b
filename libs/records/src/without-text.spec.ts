import { expect, it } from 'vitest';
import type { CodedEvent, PatientRecord } from './patient-record.ts';
import { withoutText } from './without-text.ts';

it('takes off text that may name the patient, and nothing else', () => {
  const event = { kind: 'measurement', code: { system: 'x', code: '1' }, quantity: { value: 7 } } as const;
  const record: PatientRecord = {
    id: 'a',
    sex: 'female',
    encounters: [],
    events: [
      { ...event, text: 'Jane Doe' },
      { ...event, sourceText: 'Mrs Doe' },
      { ...event, answer: event.code },
    ],
  };
  expect(withoutText(record).events).toEqual([event, event, { ...event, answer: event.code }]);
  expect(record.events[0].text).toBe('Jane Doe');
});

const code = { system: 'x', code: '1' };
it.each([
  ['the text of a route', { route: { code, text: 'by Mrs Doe' } }, { route: { code } }],
  ['a route that is text alone', { route: { text: 'by Mrs Doe' } }, {}],
  ['a long unit', { quantity: { value: 7, unit: 'tablets for Mrs Jane Doe' } }, { quantity: { value: 7 } }],
  ['a unit of many words', { quantity: { unit: 'as Mr Doe said' } }, {}],
  ['a long unit with a code', { quantity: { unit: 'x'.repeat(21), ...code } }, { quantity: code }],
  ['a long unit of a dose', { dose: { value: 2, unit: 'tablets for Mrs Jane Doe' } }, { dose: { value: 2 } }],
  ['a dose that is text alone', { dose: { unit: 'as Mrs Jane Doe likes it' } }, {}],
  [
    'text that calls itself a unit and its code',
    { dose: { value: 2, unit: 'for Mrs Jane Doe', system: 'x', code: 'for Mrs Jane Doe' } },
    { dose: { value: 2 } },
  ],
  [
    'a long word that calls itself a unit and its code',
    {
      quantity: { value: 2, unit: 'JaneDoe-of-Long-Street-1', system: 'x', code: 'JaneDoe-of-Long-Street-1' },
    },
    { quantity: { value: 2 } },
  ],
  ['a code alone that is text', { quantity: { value: 2, code: 'for Mrs Doe' } }, { quantity: { value: 2 } }],
  ['a long code', { dose: { value: 2, system: 'x', code: 'x'.repeat(21) } }, { dose: { value: 2 } }],
  ['what stands beside an answer', { answer: { ...code, display: 'Yes, says Mrs Doe' } }, { answer: code }],
  ['what stands beside a panel', { panel: { ...code, display: 'Taken by Mrs Doe' } }, { panel: code }],
  ['what stands beside a route', { route: { code: { ...code, display: 'Mrs Doe' } } }, { route: { code } }],
  ['words for an interpretation', { interpretation: 'high, Mrs Doe' }, {}],
  ['a long interpretation', { interpretation: 'x'.repeat(21) }, {}],
  ['words for a category', { category: 'labs of Mrs Doe' }, {}],
])('takes off %s', (_, value, left) => {
  expect(withoutText(recordOf(value)).events).toEqual([{ kind: 'drug', code, ...left }]);
});

it.each([
  { route: { code } },
  { answer: code, panel: code },
  { interpretation: 'HH', category: 'laboratory' },
  { dose: { value: 1, unit: 'tablet' } },
  { quantity: { value: 7, unit: 'mL/min/{1.73_m2}' } },
  { quantity: { value: 7, unit: 'beats per minute' } },
  {
    quantity: {
      unit: '{Ehrlichunits}/100.mL',
      system: 'http://unitsofmeasure.org',
      code: '{Ehrlichunits}/100.mL',
    },
  },
])('keeps %j', (value) => {
  const record = recordOf(value);
  expect(withoutText(record)).toBe(record);
});

function recordOf(value: Partial<CodedEvent>): PatientRecord {
  return { id: 'a', sex: 'female', encounters: [], events: [{ kind: 'drug', code, ...value }] };
}
