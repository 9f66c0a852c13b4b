import { once } from 'node:events';
import { parse } from 'csv-parse';

/** What is seen of the records in data/ of one format, without reading them as records. */
export interface DataFacts {
  patients: number;
  /** Whether an encounter or an event has a date. */
  dated: boolean;
}

/** Is given the bytes of a file of data/ as they are read. */
export interface Watcher {
  take(chunk: Buffer): Promise<void> | void;
  end(): Promise<void> | void;
}

/** Tables of OMOP that hold visits and events, in which no row goes without a date. */
const OMOP_EVENTS = [
  'visit_occurrence',
  'condition_occurrence',
  'drug_exposure',
  'procedure_occurrence',
  'device_exposure',
  'measurement',
  'observation',
];
/** Elements of FHIR that the date of a resource is read from. */
const FHIR_DATES = [
  'period',
  ...['onset', 'performed', 'effective', 'occurrence'].flatMap((name) => [`${name}DateTime`, `${name}Period`]),
  'recordedDate',
  'authoredOn',
  'whenHandedOver',
  'whenPrepared',
];
/** A longer line is no resource that a release writes. */
const LONGEST_LINE = 1 << 20;

/** Watches a file of data/ in the format of its folder. @returns undefined where it says nothing of patients and dates */
export function watcherOf(path: string, facts: Map<string, DataFacts>): Watcher | undefined {
  const [, format, name] = /^data\/(fhir|omop|csv)\/(\w+)\.(?:csv|ndjson)$/.exec(path) ?? [];
  if (format === undefined) return undefined;
  const own = facts.get(format) ?? { patients: 0, dated: false };
  facts.set(format, own);
  const patient = () => void own.patients++;
  const date = () => (own.dated = true);
  if (format === 'fhir')
    return linesOf(
      name === 'Patient' ? patient : (line) => isDatedResource(line) && date(),
      () => name !== 'Patient' && own.dated,
    );
  if (name === (format === 'csv' ? 'patients' : 'person')) return rowsOf(patient, () => false);
  const isDated = format === 'csv' ? ({ start }: Row) => start !== undefined && start !== '' : () => true;
  const hasDates = format === 'csv' ? ['encounters', 'events'] : OMOP_EVENTS;
  return hasDates.includes(name)
    ? rowsOf(
        (row) => isDated(row) && date(),
        () => own.dated,
      )
    : undefined;
}

type Row = Partial<Record<string, string>>;

/** Rows of a CSV file until enough is known; what cannot be read as CSV has none. */
function rowsOf(onRow: (row: Row) => void, isDone: () => boolean): Watcher {
  const options = { columns: true, relax_column_count: true, max_record_size: LONGEST_LINE } as const;
  const parser = parse(options).on('data', onRow);
  let isBroken = false;
  const closed = new Promise<void>((resolve) => parser.once('close', resolve));
  parser.once('error', () => (isBroken = true));
  const isOver = () => isBroken || isDone();
  return {
    async take(chunk) {
      if (!isOver() && !parser.write(chunk)) await Promise.race([once(parser, 'drain').catch(() => undefined), closed]);
    },
    async end() {
      if (isOver()) parser.destroy();
      else parser.end();
      await closed;
    },
  };
}

/** Lines that are not empty, until enough is known. */
function linesOf(onLine: (line: string) => void, isDone: () => boolean): Watcher {
  let rest: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    length += part.length;
    if (length <= LONGEST_LINE) rest.push(part);
  };
  const close = () => {
    const line = Buffer.concat(rest).toString('utf8').trim();
    if (line) onLine(line);
    [rest, length] = [[], 0];
  };
  return {
    take(chunk) {
      let from = 0;
      for (let to = chunk.indexOf(LINE_FEED); to !== -1 && !isDone(); to = chunk.indexOf(LINE_FEED, from)) {
        add(chunk.subarray(from, to));
        close();
        from = to + 1;
      }
      if (!isDone()) add(chunk.subarray(from));
    },
    end: close,
  };
}

const LINE_FEED = 0x0a;

function isDatedResource(line: string): boolean {
  try {
    const resource: unknown = JSON.parse(line);
    return (
      typeof resource === 'object' && resource !== null && FHIR_DATES.some((name) => Object.hasOwn(resource, name))
    );
  } catch {
    return false;
  }
}
