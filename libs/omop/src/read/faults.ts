import type { Tally } from '@ehrsynth/records';
import { EVENT_TABLES } from '../cdm/events.ts';
import { type CdmType, isText, TABLES } from '../cdm/tables.ts';
import { cast } from './cast.ts';
import type { Source } from './source.ts';

/** A way in which a row breaks the model. */
interface Rule {
  table: string;
  reason: string;
  /** Rows that break it. */
  where: string;
  /** Rows that break it are left out; of the others something is known to be wrong alone. */
  leftOut: boolean;
  /** Where codes come from, for it to matter. */
  codes?: 'source' | 'mapped';
}

const KNOWN_PERSON = 'person_id IN (SELECT person_id FROM person)';
/** Rows of each rule that are listed one by one. */
const LISTED = 100;

/** The rows of a table that may be read: of a person that there is, and dated. */
export function readable(table: string, start: string): string {
  return `SELECT * FROM ${table} WHERE ${KNOWN_PERSON} AND ${start} IS NOT NULL`;
}

const RULES: Rule[] = [
  { table: 'person', reason: 'no person_id', where: 'person_id IS NULL', leftOut: true },
  {
    table: 'person',
    reason: 'no year of birth',
    where: 'person_id IS NOT NULL AND year_of_birth IS NULL',
    leftOut: false,
  },
  { table: 'death', reason: 'person unknown', where: `NOT coalesce(${KNOWN_PERSON}, false)`, leftOut: true },
  ...[
    { table: 'visit_occurrence', start: 'visit_start_date', end: 'visit_end_date' },
    ...EVENT_TABLES,
  ].flatMap(({ table, start, end }): Rule[] => [
    { table, reason: 'person unknown', where: `NOT coalesce(${KNOWN_PERSON}, false)`, leftOut: true },
    { table, reason: 'no date', where: `${KNOWN_PERSON} AND ${start} IS NULL`, leftOut: true },
    ...(end ? [{ table, reason: 'ends before it begins', where: `${end} < ${start}`, leftOut: false }] : []),
  ]),
  ...EVENT_TABLES.flatMap(({ table, prefix, start }): Rule[] => [
    {
      table,
      reason: 'no code: neither a source value nor a source concept',
      where: `${KNOWN_PERSON} AND ${start} IS NOT NULL AND ${prefix}_source_value IS NULL AND coalesce(${prefix}_source_concept_id, 0) = 0`,
      leftOut: true,
      codes: 'source',
    },
    {
      table,
      reason: 'standard concept 0: not mapped',
      where: `${KNOWN_PERSON} AND ${start} IS NOT NULL AND coalesce(${prefix}_concept_id, 0) = 0`,
      leftOut: true,
      codes: 'mapped',
    },
    {
      table,
      reason: 'visit of another person, or of none',
      where: `${KNOWN_PERSON} AND visit_occurrence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM visit_occurrence v WHERE v.visit_occurrence_id = t.visit_occurrence_id AND v.person_id = t.person_id)`,
      leftOut: false,
    },
  ]),
];

/** Tables that records are made of. */
const READ = ['person', 'death', 'visit_occurrence', ...EVENT_TABLES.map(({ table }) => table)];

/** Counts the rows that break the model, by rule, and lists the first of each. @throws BadInputError where the tally stops */
export async function tellFaults(
  source: Source,
  tally: Tally,
  codes: 'source' | 'mapped' = 'source',
): Promise<void> {
  const { database, tables, where } = source;
  for (const note of source.notes) tally.note(note);
  for (const rule of RULES) {
    if (!tables.has(rule.table) || (rule.codes && rule.codes !== codes)) continue;
    const { table, reason } = rule;
    const key = TABLES[table].primaryKey ?? 'person_id';
    const from = `FROM ${table} t WHERE ${rule.where}`;
    const [{ count }] = await database.all<{ count: bigint }>(`SELECT count(*) AS count ${from}`);
    if (count === 0n) continue;
    const rows = await database.all<{ id: bigint | null }>(`SELECT ${key} AS id ${from} LIMIT ${LISTED}`);
    const tell = (place: string, times: number) => {
      const problem = { reason, resourceType: table, where: `${where.get(table)!}, ${place}` };
      if (rule.leftOut) tally.fault(problem, times);
      else tally.note(problem, times);
    };
    rows.forEach(({ id }) => tell(`${key} ${id ?? 'empty'}`, 1));
    if (Number(count) > rows.length) tell('and others', Number(count) - rows.length);
  }
  if (!source.hasTexts && !source.unreadable) return;
  for (const table of READ) if (tables.has(table)) await tellWrongTypes(table, source, tally);
}

async function tellWrongTypes(table: string, source: Source, tally: Tally): Promise<void> {
  const { database, where } = source;
  const columns = TABLES[table].columns.flatMap(({ name, type }) => {
    const bad = unreadable(source, table, name, type);
    return bad === undefined ? [] : [{ name, type, bad }];
  });
  if (columns.length === 0) return;
  const counts = columns.map(({ name, bad }) => `count(*) FILTER (WHERE ${bad}) AS ${name}`);
  const [found] = await database.all<Record<string, bigint>>(`SELECT ${counts.join(', ')} FROM raw_${table}`);
  for (const { name, type, bad } of columns) {
    if (found[name] === 0n) continue;
    const [{ value }] = await database.all<{ value: string }>(
      `SELECT CAST(${name} AS VARCHAR) AS value FROM raw_${table} WHERE ${bad} LIMIT 1`,
    );
    const problem = {
      reason: `${name} is no ${type}`,
      resourceType: table,
      where: where.get(table)!,
      detail: `such as ${JSON.stringify(value)}`,
    };
    tally.note(problem, Number(found[name]));
  }
}

/** The rows of raw_TABLE in which a field holds what is no value of its type, as SQL; undefined where it can hold none. */
function unreadable(source: Source, table: string, field: string, type: CdmType): string | undefined {
  if (!source.hasTexts) return source.unreadable!.get(table)?.get(field);
  return isText(type) ? undefined : `nullif(${field}, '') IS NOT NULL AND ${cast(field, type)} IS NULL`;
}
