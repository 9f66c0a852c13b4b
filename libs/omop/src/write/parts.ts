import { createHash } from 'node:crypto';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import type { Athena } from '../athena/athena.ts';
import { FIRST_LOCAL_CONCEPT } from '../cdm/concepts.ts';
import type { Row } from '../cdm/own-concepts.ts';
import { TABLES } from '../cdm/tables.ts';
import { Concepts } from './concepts.ts';
import { cutter } from './cut-texts.ts';
import { RowMaker } from './rows.ts';
import { cdmSource } from './source-row.ts';

/** An event by which something that the vocabulary tables name is first seen in a part. */
export interface FirstSeen {
  /** What: the same in each part. */
  key: string;
  event: CodedEvent;
}

/** In a part, a concept of our own has a number above all others, made of its key; in the whole it has its id. */
const FIRST_OF_PART = 2 ** 52;
const HASH_BYTES = 6;

/** The number that a concept of our own has in parts. */
export function numberInParts(key: string): number {
  return FIRST_OF_PART + createHash('sha256').update(key).digest().readUIntBE(0, HASH_BYTES);
}

/**
 * A part of a CDM: rows of some of its patients, whose keys count from 1 in each part and to which those of the parts before it are to be
 * added, while concepts of our own have numbers that are the same in all parts. What it saw first is passed on, so that `wholeCdm` names it.
 */
export class CdmPart {
  /** What the records had that the CDM cannot say. */
  readonly lost = new Map<string, number>();
  /** Columns that name concepts of our own, by table. */
  readonly ownColumns = new Map<string, Set<string>>();
  private readonly concepts: Concepts;
  private readonly maker: RowMaker;
  private readonly cut: Record<string, (row: Row) => Row>;
  private readonly seen = new Set<string>();

  /** @param athena the same in each part, and in `wholeCdm` */
  constructor(athena?: Athena) {
    this.concepts = new Concepts(athena, numberInParts);
    const lose = (what: string) => void this.lost.set(what, (this.lost.get(what) ?? 0) + 1);
    this.maker = new RowMaker(this.concepts, lose);
    this.cut = Object.fromEntries(Object.values(TABLES).map((table) => [table.name, cutter(table, lose)]));
  }

  /** The last key of each table that has any. */
  lastKeys(): Record<string, number> {
    return this.maker.lastKeys();
  }

  /** The rows of one more patient. */
  async rowsOf(record: PatientRecord): Promise<{ rows: [table: string, row: Row][]; first: FirstSeen[] }> {
    const first: FirstSeen[] = [];
    for (const event of record.events) {
      const before = this.concepts.size;
      await this.concepts.learn([{ ...record, events: [event] }]);
      const keys = this.concepts.size > before ? this.concepts.learnt() : [];
      // Signs before numbers have concepts, which are used where a row is made.
      if (event.quantity?.comparator) keys.push(`sign ${event.quantity.comparator}`);
      for (const key of keys) {
        if (this.seen.has(key)) continue;
        this.seen.add(key);
        first.push({ key, event });
      }
    }
    const rows = this.maker.rowsOf(record).map(([table, row]): [string, Row] => {
      const cut = this.cut[table](row);
      this.noteOwn(table, cut);
      return [table, cut];
    });
    return { rows, first };
  }

  private noteOwn(table: string, row: Row): void {
    for (const [column, value] of Object.entries(row)) {
      if (typeof value !== 'number' || value < FIRST_OF_PART || !/concept_id/.test(column)) continue;
      const columns = this.ownColumns.get(table) ?? new Set();
      this.ownColumns.set(table, columns.add(column));
    }
  }
}

/** What the parts of a CDM have in common. */
export interface WholeCdm {
  /** Rows of the vocabulary tables and of cdm_source. */
  rows: [table: string, row: Row][];
  /** The ids of concepts of our own, by their numbers in parts. */
  ids: [inParts: number, id: number][];
}

/** The day and the birth of nobody, whose record is made of what others saw first. */
const ANY_DAY = '2000-01-01';

/**
 * The rest of a CDM whose parts are known: the same as `writeOmop` writes for all patients together.
 * @param first events by which parts saw something first, in the order of the patients, without those that others saw before
 * @param today day of the release
 */
export async function wholeCdm(first: readonly CodedEvent[], today: string, athena?: Athena): Promise<WholeCdm> {
  const concepts = new Concepts(athena);
  const maker = new RowMaker(concepts, () => {});
  for (const event of first) {
    const events = [{ ...event, start: ANY_DAY, encounter: undefined }];
    const record: PatientRecord = { id: '', sex: 'unknown', birthDate: ANY_DAY, encounters: [], events };
    await concepts.learn([record]);
    maker.rowsOf(record);
  }
  const rows: [string, Row][] = [];
  for await (const row of concepts.rows()) rows.push(row);
  rows.push(['cdm_source', cdmSource(today, athena?.version)]);
  const own = concepts.ids().filter(([, id]) => id >= FIRST_LOCAL_CONCEPT);
  const ids = own.map(([key, id]): [number, number] => [numberInParts(key), id]);
  if (new Set(ids.map(([inParts]) => inParts)).size < ids.length)
    throw new Error('Two codes have the same number in parts');
  return { rows, ids };
}

/** Columns that name a row by its key, with the row's table: in a part, the keys of the parts before it are to be added. */
export function keyColumns(table: string): [column: string, of: string][] {
  return TABLES[table].columns.flatMap(({ name, type, foreignKey }): [string, string][] => {
    if (name === TABLES[table].primaryKey) return [[name, table]];
    if (/^(measurement|observation)_event_id$/.test(name)) return [[name, 'measurement']];
    return type === 'integer' && foreignKey && foreignKey.table !== 'concept' ? [[name, foreignKey.table]] : [];
  });
}
