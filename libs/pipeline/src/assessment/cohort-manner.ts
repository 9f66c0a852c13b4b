import { join } from 'node:path';
import { type CodedEvent, type EventKind, type PatientRecord, withoutText, withQuantities } from '@ehrsynth/records';
import { CommonUnits, withUsualUnit } from '@ehrsynth/units';
import { readRecords } from '../cohort/records-file.ts';
import { type Running, untilStopped } from '../run/events.ts';

/** How a cohort has its records. */
export interface CohortManner {
  kinds: ReadonlySet<EventKind>;
  /** The unit of a code's values; undefined where it has none. */
  unitOf: (event: CodedEvent) => string | undefined;
  /** A record that is no part of the cohort as the cohort has its own: without text, of its kinds, with values in its units. */
  likeOwn: (record: PatientRecord) => PatientRecord;
}

/** Reads the training records of a cohort for it. */
export async function cohortManner(cohort: string, running: Running): Promise<CohortManner> {
  const kinds = new Set<EventKind>();
  const common = new CommonUnits();
  const units = new Map<string, string>();
  for await (const { events } of untilStopped(readRecords(join(cohort, 'train', 'records.ndjson.gz')), running)) {
    for (const event of events) {
      kinds.add(event.kind);
      common.add(event);
      const unit = event.quantity?.unit ?? event.quantity?.code;
      if (event.kind === 'measurement' && unit !== undefined && !units.has(keyOf(event))) units.set(keyOf(event), unit);
    }
  }
  return {
    kinds,
    unitOf: (event) => units.get(keyOf(event)),
    likeOwn: (record) => {
      const { events, ...rest } = withoutText(record);
      const own = events.filter(({ kind }) => kinds.has(kind));
      return {
        ...rest,
        events: own.map((event) =>
          common.apply(
            common.add(
              withQuantities(event, (quantity) => withUsualUnit(quantity, 'words')),
              false,
            ),
          ),
        ),
      };
    },
  };
}

function keyOf({ code: { system, code } }: CodedEvent): string {
  return `${system}|${code}`;
}
