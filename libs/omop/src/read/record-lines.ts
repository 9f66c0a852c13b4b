import type { PatientRecord, Tally } from '@ehrsynth/records';
import type { SourceCode } from './code-row.ts';
import { type EventRow, eventRows } from './event-rows.ts';
import { type Meanings, meaningsOf } from './meanings.ts';
import { type PersonRow, personRows } from './persons.ts';
import { type Reading, toRecord } from './read-records.ts';
import type { Source } from './source.ts';
import { type ValueCodes, valueCodes } from './value-codes.ts';
import { Values } from './values.ts';
import { type VisitRow, visitRows } from './visits.ts';

/** What makes records of lines elsewhere: plain JSON. */
export interface RecordReading {
  codes: SourceCode[];
  values: Entries<ValueCodes>;
  sexes: Entries<Meanings['sexes']>;
  origins: Entries<Meanings['origins']>;
  classes: Entries<Meanings['classes']>;
  where: [table: string, where: string][];
}

type Entries<Of> = Of extends Map<infer Key, infer Value> ? [Key, Value][] : never;

/** What the columns of a row are: an integer of 64 bits, another number, a text. */
type Kind = 'id' | 'number' | 'text';
const EVIDENCE: Kind[] = ['id', 'id', 'text'];
/** The rows that a person's record is made of, with what stands before their lines. */
const ROWS = {
  person: { mark: '1', kinds: ['id', 'text', 'text', 'text', ...EVIDENCE, ...EVIDENCE, ...EVIDENCE] },
  visit: { mark: '2', kinds: ['id', 'id', 'id', 'id', 'text', 'text', 'number', 'text', 'number'] },
  event: {
    mark: '3',
    kinds: ['id', ...Array<Kind>(5).fill('number'), 'id', 'number', 'number', 'number', 'text'],
  },
} satisfies Record<string, { mark: string; kinds: Kind[] }>;

/** What `recordsOfLines` needs beside the lines; after `prepareEvents`. */
export async function recordReading(source: Source, codes: SourceCode[]): Promise<RecordReading> {
  const { sexes, origins, classes } = await meaningsOf(source);
  const values = [...(await valueCodes(source))];
  return { codes, values, sexes: [...sexes], origins: [...origins], classes: [...classes], where: [...source.where] };
}

/**
 * SQL for Spark of one column `line`, the rows of persons, visits and events as JSON: those of a person are in one partition, one after
 * another, in any order.
 */
export function recordLines(source: Source, hasPanels: boolean): string {
  const lines = (of: keyof typeof ROWS, rows: string) => {
    const { mark, kinds } = ROWS[of];
    const columns = kinds.map((_, i) => `c${i}`);
    const texts = columns.map((column) => `CAST(${column} AS VARCHAR)`);
    return `SELECT c0 AS person, to_json(array('${mark}', ${texts.join(', ')})) AS line FROM (${rows}) AS t(${columns.join(', ')})`;
  };
  const all = [
    lines('person', personRows(false)),
    lines('visit', visitRows(false)),
    lines('event', eventRows(source, hasPanels, false)),
  ];
  return `SELECT line FROM (${all.join(' UNION ALL ')}) DISTRIBUTE BY person SORT BY person`;
}

/** The records of such lines: the same that `readOmop` makes of the source. */
export async function* recordsOfLines(
  lines: AsyncIterable<string>,
  { codes, values, sexes, origins, classes, where }: RecordReading,
  tally: Tally,
): AsyncGenerator<PatientRecord> {
  const meanings = { sexes: new Map(sexes), origins: new Map(origins), classes: new Map(classes) };
  const reading: Reading = { codes, values: new Values(new Map(values)), meanings, where: new Map(where) };
  let rows: Rows = { visits: [], events: [] };
  let last: string | undefined;
  const record = ({ person, visits, events }: Rows) =>
    // Rows of nobody who is read are counted already.
    person && toRecord(person, visits.sort(byVisitOrder), events.sort(byEventOrder), reading, tally);
  for await (const line of lines) {
    const [mark, ...texts] = JSON.parse(line) as [string, string, ...(string | null)[]];
    if (last !== undefined && texts[0] !== last) {
      const done = record(rows);
      if (done) yield done;
      rows = { visits: [], events: [] };
    }
    last = texts[0];
    if (mark === ROWS.person.mark) rows.person = rowOf<PersonRow>(texts, ROWS.person.kinds);
    else if (mark === ROWS.visit.mark) rows.visits.push(rowOf<VisitRow>(texts, ROWS.visit.kinds));
    else rows.events.push(rowOf<EventRow>(texts, ROWS.event.kinds));
  }
  const done = record(rows);
  if (done) yield done;
}

interface Rows {
  person?: PersonRow;
  visits: VisitRow[];
  events: EventRow[];
}

function rowOf<Row>(texts: (string | null)[], kinds: Kind[]): Row {
  const values = texts.map((text, i) => {
    if (text === null || kinds[i] === 'text') return text;
    return kinds[i] === 'id' ? BigInt(text) : Number(text);
  });
  return values as Row;
}

/** Two rows by some of their columns; `NULL` first in those, last in others. */
function inOrder<Row extends readonly unknown[]>(columns: number[], nullFirst: number[]): (a: Row, b: Row) => number {
  return (a, b) => {
    for (const column of columns) {
      const [one, other] = [a[column], b[column]] as (number | bigint | string | null)[];
      if (one === other) continue;
      if (one === null || other === null) return (one === null) === nullFirst.includes(column) ? -1 : 1;
      // Texts in the order of their bytes, as everywhere.
      const way =
        typeof one === 'string'
          ? Buffer.compare(Buffer.from(one), Buffer.from(String(other)))
          : one < (other as bigint)
            ? -1
            : 1;
      if (way !== 0) return way;
    }
    return 0;
  };
}

/** As `visitRows`: start, minute, id, end, concept. */
const byVisitOrder = inOrder<VisitRow>([5, 6, 1, 7, 2], [6]);
/** As `eventRows`: start, minute, place of the code, visit, end, number, the rest of the value, minute of the end, panel. */
const byEventOrder = inOrder<EventRow>([2, 3, 1, 6, 4, 7, 10, 5, 8], [3]);
