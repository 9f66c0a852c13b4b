import type { PatientRecord } from '@ehrsynth/records';

/** A record with what the tables of `writeCsv` have of it: no times of day, ends of events, values, answers, doses, panels. */
export function asInCsv({ encounters, events, ...patient }: PatientRecord): PatientRecord {
  return withoutUndefined({
    ...patient,
    encounters: encounters.map(({ class: own, start, end }) => ({ class: own, start, end })),
    events: events.map(({ kind, code: { system, code, display }, start, encounter, active }) => ({
      kind,
      code: { system, code, display },
      start,
      encounter,
      active,
    })),
  });
}

/** As JSON has it, so that what is absent and what is undefined are the same. */
function withoutUndefined(record: PatientRecord): PatientRecord {
  return JSON.parse(JSON.stringify(record)) as PatientRecord;
}
