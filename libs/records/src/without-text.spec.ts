import { expect, it } from 'vitest';
import type { PatientRecord } from './patient-record.ts';
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
