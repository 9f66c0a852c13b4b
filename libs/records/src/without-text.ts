import type { CodedEvent, PatientRecord } from './patient-record.ts';

/** The record without values that are text: these may name the patient, and nothing models them. The same where it has none. */
export function withoutText(record: PatientRecord): PatientRecord {
  if (!record.events.some(hasText)) return record;
  const events = record.events.map((event) => {
    if (!hasText(event)) return event;
    const rest = { ...event };
    delete rest.text;
    delete rest.sourceText;
    return rest;
  });
  return { ...record, events };
}

function hasText({ text, sourceText }: CodedEvent): boolean {
  return (text ?? sourceText) !== undefined;
}
