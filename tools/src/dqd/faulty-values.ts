import type { DuckDBConnection } from '@duckdb/node-api';
import type { Rng } from '@ehrsynth/random';
import type { OfConcept } from './faulty-concepts.ts';

/** A field of the CDM, as the dashboard's file of fields has it. */
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

/** All fields of a CDM. @param files the dashboard's files of fields; a table that one does not have is taken from the next */
export async function fieldsOf(connection: DuckDBConnection, files: string[]): Promise<Field[]> {
  const fields: Field[] = [];
  for (const file of files) {
    const known = new Set(fields.map(({ table }) => table));
    const reader = await connection.runAndReadAll(`
      SELECT lower(cdmTableName) AS "table", lower(cdmFieldName) AS "name", lower(cdmDatatype) AS "type",
        isPrimaryKey = 'Yes' AS "isKey", CASE WHEN isForeignKey = 'Yes' THEN lower(fkTableName) END AS "refersTo",
        fkDomain AS "domain", fkClass AS "conceptClass"
      FROM read_csv('${file}', all_varchar = true)`);
    for (const field of reader.getRowObjectsJS() as unknown as Field[])
      if (!known.has(field.table)) fields.push({ ...field, type: typeOf(field.type) });
  }
  return fields;
}

function typeOf(official: string): string {
  if (/^(varchar|string)/.test(official)) return 'VARCHAR';
  return official === 'datetime' ? 'TIMESTAMP' : official === 'float' ? 'DOUBLE' : official.toUpperCase();
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
}

function faultyDay({ type, name }: Field, rng: Rng): string {
  const draw = rng.next();
  const { days, since } = draw < 0.7 ? NARROW : WIDE;
  const time = new Date(since + rng.int(days) * 86_400_000).toISOString();
  // A time of birth that is the only thing known would let nothing be composed of year, month and day.
  const day =
    draw > 0.95
      ? '1849-05-06'
      : draw > 0.9
        ? '2125-01-01'
        : name === 'birth_datetime' && draw < 0.5
          ? '1960-02-03'
          : time.slice(0, 10);
  return type === 'DATE' ? `DATE '${day}'` : `TIMESTAMP '${day} ${rng.next() < 0.5 ? '00:00:00' : '13:30:00'}'`;
}

function sqlKey({ type }: Field, i: number): string {
  return type === 'VARCHAR' ? `'key ${i + 1}'` : String(i + 1);
}

function pick<T>(from: T[], rng: Rng): T {
  return from[rng.int(from.length)];
}
