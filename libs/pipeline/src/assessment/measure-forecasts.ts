import { join } from 'node:path';
import { compareForecasts } from '@ehrsynth/evaluation';
import { dayNumber, Dictionary, HistoriesBuilder } from '@ehrsynth/histories';
import { columnKey, type Encoder, loadMatrix } from '@ehrsynth/matrix';
import type { CodedEvent, Encounter, PatientRecord } from '@ehrsynth/records';
import type { ShownForecasts } from '@ehrsynth/report';
import { readRecords } from '../cohort/records-file.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { ForeignFuturesError } from './errors.ts';
import { type Futures, ownersAmong } from './futures.ts';
import { encoderOf } from './written-records.ts';

const RECORDS = 'records.ndjson.gz';

/**
 * Drawn futures of held-out people beside what became of them. Codes are compared as the columns that they count in; those without one
 * are left out, for the model does not know them.
 * @param smallCell what fewer real people have a part in is not given
 * @throws ForeignFuturesError where no future is of a held-out person
 */
export async function measureForecasts(
  cohort: string,
  { folder, asOf }: Pick<Futures, 'folder' | 'asOf'>,
  smallCell: number,
  running: Running = {},
): Promise<ShownForecasts> {
  const { columns, encoder } = await encoderOf(cohort);
  const ownerOf = ownersAmong((await loadMatrix(join(cohort, 'holdout'))).ids);
  const dictionary = new Dictionary();
  const drawn = new HistoriesBuilder(dictionary);
  const owners: string[] = [];
  let foreign = 0;
  for await (const record of recordsIn(folder, 'Reading futures', running)) {
    const owner = ownerOf(record.id);
    if (owner === undefined) foreign++;
    else {
      owners.push(owner);
      drawn.add(inColumns(afterDay(record, asOf), encoder));
    }
  }
  if (owners.length === 0) throw new ForeignFuturesError(folder, cohort);
  const wanted = new Set(owners);
  const real = new HistoriesBuilder(dictionary);
  const rows = new Map<string, number>();
  for await (const record of recordsIn(join(cohort, 'holdout'), 'Reading observed outcomes', running)) {
    if (!wanted.has(record.id)) continue;
    rows.set(record.id, rows.size);
    real.add(inColumns(record, encoder));
  }
  const titles = new Map(columns.map((column) => [columnKey(column), column.display]));
  const forecast = {
    histories: real.build(),
    futures: drawn.build(),
    personOf: owners.map((owner) => rows.get(owner)!),
    asOf: dayNumber(asOf),
  };
  const compared = compareForecasts(forecast, {
    minPatients: smallCell,
    titleOf: (kind, system, code) => titles.get(columnKey({ kind, system, code })),
  });
  const notes = foreign > 0 ? ['Futures of people who are not held-out patients of the cohort were left out.'] : [];
  return { asOf, ...compared, notes };
}

async function* recordsIn(folder: string, name: string, running: Running): AsyncGenerator<PatientRecord> {
  const work = new Work(running, name, 'records');
  let count = 0;
  try {
    for await (const record of untilStopped(readRecords(join(folder, RECORDS)), running)) {
      yield record;
      work.update(++count);
    }
  } finally {
    work.stop();
  }
}

/** Each event with the code of its column. */
function inColumns(record: PatientRecord, encoder: Encoder): PatientRecord {
  const events = record.events.flatMap((event) => {
    const at = encoder.columnOf(event);
    if (at === undefined) return [];
    const { system, code } = encoder.columns[at];
    return [{ ...event, code: { system, code } }];
  });
  return { ...record, events };
}

/** What of a record comes after a day, so that many futures fit into memory: each repeats all that came before. */
function afterDay(record: PatientRecord, day: string): PatientRecord {
  const dayOfEncounter = (encounter: Encounter | undefined) => encounter?.start ?? encounter?.end;
  const isAfter = (date: string | undefined) => date !== undefined && date > day;
  const encounterOf = ({ encounter }: CodedEvent) =>
    encounter === undefined ? undefined : record.encounters[encounter];
  const events = record.events.filter((event) => isAfter(event.start ?? dayOfEncounter(encounterOf(event))));
  const withEvents = new Set(events.map(({ encounter }) => encounter));
  const places = new Map<number, number>();
  const encounters = record.encounters.filter((encounter, i) => {
    const isKept = withEvents.has(i) || isAfter(encounter.end) || isAfter(encounter.start);
    if (isKept) places.set(i, places.size);
    return isKept;
  });
  return {
    ...record,
    encounters,
    events: events.map((event) =>
      event.encounter === undefined ? event : { ...event, encounter: places.get(event.encounter)! },
    ),
  };
}
