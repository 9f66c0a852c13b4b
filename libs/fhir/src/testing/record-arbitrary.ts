import { addDays, type CodedEvent, type Encounter, type PatientRecord } from '@ehrsynth/records';
import fc from 'fast-check';
import { alone, type Happening, panelled, pressures } from './event-arbitraries.ts';

const FIRST_DAY = '1995-01-01';
const timeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

/**
 * Records with every field that a record can have, in the forms that adapters meet: times of day or none, values with and without units,
 * panels, vaccines, allergies, doses. Encounters stand in order; what happens in one has its day.
 */
export const recordArbitrary: fc.Arbitrary<PatientRecord> = fc
  .record({
    id: fc.uuid(),
    sex: fc.constantFrom('female', 'male', 'other', 'unknown'),
    race: fc.option(fc.constantFrom('2106-3', '2054-5'), { nil: undefined }),
    ethnicity: fc.option(fc.constantFrom('2135-2', '2186-5'), { nil: undefined }),
    deathDate: fc.option(fc.constant('2022-02-02'), { nil: undefined }),
    days: fc.uniqueArray(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 4 }),
    stays: fc.array(stay(), { minLength: 4, maxLength: 4 }),
    happenings: fc.array(fc.tuple(fc.nat(), fc.oneof(alone, panelled, pressures)), { maxLength: 12 }),
  })
  .map(({ days, stays, happenings, ...person }) => {
    const encounters = days
      .sort((a, b) => a - b)
      .map((day, i): Encounter => withinOrder(stays[i], addDays(FIRST_DAY, day)));
    const events = happenings.flatMap(([place, happening]) => placed(happening, place, encounters));
    return { ...person, birthDate: '1970-06-01', encounters, events };
  });

interface Stay {
  class: string;
  days?: number;
  times: [from?: string, to?: string];
}

function stay(): fc.Arbitrary<Stay> {
  return fc.record({
    class: fc.constantFrom('AMB', 'IMP', 'EMER', 'VR'),
    days: fc.constantFrom(undefined, 0, 0, 3),
    times: fc.tuple(optional(timeOfDay), optional(timeOfDay)),
  });
}

/** The stay from that day on; of two times on one day the earlier is the first. */
function withinOrder({ class: kind, days, times }: Stay, start: string): Encounter {
  const [from, to] = days === 0 && times[0] && times[1] ? [...times].sort() : times;
  return {
    class: kind,
    start,
    ...(from && { startTime: from }),
    ...(days !== undefined && { end: addDays(start, days), ...(to && { endTime: to }) }),
  };
}

/** In one of the encounters, or outside all of them on the day of one, or on no day that is known. */
function placed({ events, time, lasts, endTime }: Happening, place: number, encounters: Encounter[]): CodedEvent[] {
  const encounter = place % encounters.length;
  const { start } = encounters[encounter];
  const isOutside = place % 5 === 0;
  if (isOutside && place % 2 === 0) return events;
  const end = lasts === undefined ? undefined : addDays(start!, lasts);
  return events.map((event) => ({
    ...event,
    start,
    ...(time && { startTime: time }),
    ...(end && { end, ...(endTime && (lasts !== 0 || !time || time < endTime) && { endTime }) }),
    ...(!isOutside && { encounter }),
  }));
}

function optional<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(of, { nil: undefined });
}
