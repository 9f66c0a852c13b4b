import { Rng } from '@ehrsynth/random';
import { addDays, type CodedEvent, daysBetween, type PatientRecord } from '@ehrsynth/records';

/** What a record may have wrong with it. */
export type Fault = (record: PatientRecord, rng: Rng) => PatientRecord;

/** Records each with a fault, drawn anew for each. */
export function faulty(records: PatientRecord[], fault: Fault, seed = 1): PatientRecord[] {
  return records.map((record, i) => fault(record, new Rng(seed).fork(i)));
}

/** The visits keep their days; what happens in them, class and length with it, comes in another order. */
export const shuffledVisits: Fault = (record, rng) => {
  const order = rng.shuffle([...record.encounters.keys()]);
  const encounters = record.encounters.map((at, i) => {
    const { class: own, start, end } = record.encounters[order[i]];
    return { class: own, start: at.start!, end: addDays(at.start!, daysBetween(start!, end!)) };
  });
  const events = record.events.map((event): CodedEvent => {
    const encounter = order.indexOf(event.encounter!);
    return { ...event, encounter, start: encounters[encounter].start };
  });
  return { ...record, encounters, events };
};

/** Visits in their order, on days drawn anew: as often in all, evenly and all the year round. */
export const redrawnDates: Fault = (record, rng) => {
  let day = record.encounters[0].start!;
  const encounters = record.encounters.map(({ class: own, start, end }) => {
    const moved = { class: own, start: day, end: addDays(day, daysBetween(start!, end!)) };
    day = addDays(day, 20 + rng.int(20));
    return moved;
  });
  const events = record.events.map((event) => ({ ...event, start: encounters[event.encounter!].start }));
  return { ...record, encounters, events };
};

/** Each code in another visit of the patient; visits hold as many as before. */
export const movedCodes: Fault = (record, rng) => {
  const places = rng.shuffle(record.events.map(({ encounter, start }) => ({ encounter, start })));
  return { ...record, events: record.events.map((event, i) => ({ ...event, ...places[i] })) };
};

/** Born ten years later. */
export const younger: Fault = (record) => ({ ...record, birthDate: addDays(record.birthDate!, 3650) });

/** The classes of the visits in another order, with what happens in them where it was. */
export const shuffledClasses: Fault = (record, rng) => {
  const classes = rng.shuffle(record.encounters.map((encounter) => encounter.class));
  return { ...record, encounters: record.encounters.map((one, i) => ({ ...one, class: classes[i] })) };
};

/** Each code once only, where it is first. */
export const neverAgain: Fault = (record) => {
  const seen = new Set<string>();
  const events = record.events.filter(({ code, kind }) => {
    if (kind === 'measurement') return true;
    if (seen.has(code.code)) return false;
    seen.add(code.code);
    return true;
  });
  return { ...record, events };
};

/** All stays a week longer. */
export const longerStays: Fault = (record) => ({
  ...record,
  encounters: record.encounters.map((one) => (one.class === 'IMP' ? { ...one, end: addDays(one.end!, 7) } : one)),
});
