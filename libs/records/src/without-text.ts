import type { CodedEvent, PatientRecord } from './patient-record.ts';

/**
 * The record without values that are text: these may name the patient, and nothing models them. Unchanged where it has none.
 */
export function withoutText(record: PatientRecord): PatientRecord {
  if (!record.events.some(hasText)) return record;
  return {
    ...record,
    events: record.events.map((event) => {
      if (!hasText(event)) return event;
      const { text: _text, sourceText: _sourceText, ...rest } = event;
      return rest;
    }),
  };
}

function hasText({ text, sourceText }: CodedEvent): boolean {
  return text !== undefined || sourceText !== undefined;
}
