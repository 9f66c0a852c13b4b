import type { PatientRecord } from '@ehrsynth/records';

/**
 * What was known of a patient on a day: encounters and events that had begun, and no end, and no death, that was still to come. What has no
 * date is left out: nobody can say that it was known.
 * @param asOf YYYY-MM-DD
 */
export function knownOn(record: PatientRecord, asOf: string): PatientRecord {
  const { deathDate, encounters, events, ...person } = record;
  const isKnown = (date: string | undefined): date is string => date !== undefined && date <= asOf;
  const places = new Map<number, number>();
  const kept = encounters.flatMap((encounter, i) => {
    if (!isKnown(encounter.start)) return [];
    places.set(i, places.size);
    const { end, endTime, ...begun } = encounter;
    return [{ ...begun, ...(isKnown(end) && { end, ...(endTime && { endTime }) }) }];
  });
  return {
    ...person,
    ...(isKnown(deathDate) && { deathDate }),
    encounters: kept,
    events: events.flatMap(({ end, endTime, verbatimEnd, encounter, ...event }) => {
      if (!isKnown(event.start)) return [];
      const place = encounter === undefined ? undefined : places.get(encounter);
      return [
        {
          ...event,
          ...(isKnown(end) && { end, ...(endTime && { endTime }) }),
          ...(isKnown(verbatimEnd) && { verbatimEnd }),
          ...(place !== undefined && { encounter: place }),
        },
      ];
    }),
  };
}

/** A record that was known up to a day, with what another one has of the days after it. */
export function withFuture(known: PatientRecord, drawn: PatientRecord, asOf: string, id: string): PatientRecord {
  const encounters = [...known.encounters];
  const places = drawn.encounters.map((encounter) => {
    if (encounter.start! > asOf) return encounters.push(encounter) - 1;
    // A stay that goes on: the one of the record that began on that day.
    const own = known.encounters.findIndex(
      ({ class: name, start }) => name === encounter.class && start === encounter.start,
    );
    if (own >= 0 && encounter.end! > asOf) encounters[own] = { ...encounters[own], end: encounter.end };
    return own;
  });
  const events = drawn.events
    .filter(({ start }) => start! > asOf)
    .map(({ encounter, ...event }) => {
      const place = encounter === undefined ? -1 : places[encounter];
      return place < 0 ? event : { ...event, encounter: place };
    });
  return {
    ...known,
    id,
    ...(drawn.deathDate !== undefined && { deathDate: drawn.deathDate }),
    encounters,
    events: [...known.events, ...events],
  };
}
