import type { DuckDBConnection } from '@duckdb/node-api';
import type { Rng } from '@ehrsynth/random';
import type { OfConcept } from './faulty-concepts.ts';

/** A field of the CDM: what the dashboard's file of fields says of it, and its type in the database. */
export interface Field {
  table: string;
  name: string;
  /** In DuckDB: INTEGER, DATE, VARCHAR, … */
  type: string;
  isKey: boolean;
  /** Undefined for a field that refers to nothing. */
  refersTo?: string;
  domain?: string;
  conceptClass?: string;
}

const IDS = 100;
const WIDE = { days: 4000, since: Date.UTC(2008, 0, 1) };
/** Most days lie here, so that some events fall into their visits, periods and lives. */
const NARROW = { days: 40, since: Date.UTC(2015, 0, 1) };
const NUMBERS = ['-5', '0', '0', '1', '1', '1', '2', '13', '32', '400', '99999'];
const TEXTS = [
  "'a'",
  "'b'",
  "'c'",
  "'d'",
  "'S'",
  "'A text that is far longer than the fifty signs that this field may have'",
];
const ABSENT = '999999999';

/** All fields of the tables in the attached database `empty`, in their order. */
export async function fieldsOf(connection: DuckDBConnection, fieldLevel: string): Promise<Field[]> {
  const reader = await connection.runAndReadAll(`
    SELECT c.table_name AS "table", c.column_name AS "name", c.data_type AS "type", f.isPrimaryKey = 'Yes' AS "isKey",
      CASE WHEN f.isForeignKey = 'Yes' THEN lower(f.fkTableName) END AS "refersTo", f.fkDomain AS "domain", f.fkClass AS "conceptClass"
    FROM information_schema.columns c
    LEFT JOIN read_csv('${fieldLevel}', all_varchar = true) f
      ON lower(f.cdmTableName) = c.table_name AND lower(f.cdmFieldName) = c.column_name
    WHERE c.table_catalog = 'empty' ORDER BY c.table_name, c.ordinal_position`);
  return reader.getRowObjectsJS() as unknown as Field[];
}

/** A value in SQL, right or wrong as the draw falls. @param i number of the row */
export function faultyValue(field: Field, i: number, rng: Rng, concepts: OfConcept): string {
  const draw = rng.next();
  if (field.isKey) return draw < 0.02 ? 'NULL' : draw < 0.06 ? sqlKey(field, Math.max(0, i - 1)) : sqlKey(field, i);
  if (draw < 0.08) return 'NULL';
  if (field.refersTo === 'concept') return concepts.pick(field.domain, field.conceptClass, rng);
  if (field.name === 'year_of_birth') return String(1950 + rng.int(66));
  if (field.name === 'month_of_birth') return String(1 + rng.int(12));
  if (field.name === 'day_of_birth') return String(1 + rng.int(28));
  if (field.type === 'VARCHAR') return field.refersTo ? concepts.pickText(field.refersTo, rng) : pick(TEXTS, rng);
  if (field.refersTo) return draw < 0.15 ? ABSENT : String(1 + rng.int(IDS));
  if (/^(DATE|TIMESTAMP)/.test(field.type)) return faultyDay(field, rng);
  return /_id$/.test(field.name) ? String(1 + rng.int(IDS)) : pick(NUMBERS, rng);
} // prettier-ignore

function faultyDay({ type, name }: Field, rng: Rng): string {
  const draw = rng.next();
  const { days, since } = draw < 0.7 ? NARROW : WIDE;
  const time = new Date(since + rng.int(days) * 86_400_000).toISOString();
  // A time of birth that is the only thing known would let nothing be composed of year, month and day.
  const day = draw > 0.97 ? '1849-05-06' : draw > 0.94 ? '2125-01-01' : name === 'birth_datetime' && draw < 0.5 ? '1960-02-03' : time.slice(0, 10);
  return type === 'DATE' ? `DATE '${day}'` : `TIMESTAMP '${day} ${rng.next() < 0.5 ? '00:00:00' : '13:30:00'}'`;
} // prettier-ignore

function sqlKey({ type }: Field, i: number): string {
  return type === 'VARCHAR' ? `'key ${i + 1}'` : String(i + 1);
}

function pick<T>(from: T[], rng: Rng): T {
  return from[rng.int(from.length)];
}
