import type { Tally } from '@ehrsynth/records';
import { EVENT_TABLES } from '../cdm/events.ts';
import { TABLES } from '../cdm/tables.ts';
import { readable } from './fates.ts';
import type { Source } from './source.ts';
import { finite, VALUE_COLUMNS } from './value-columns.ts';

/** Something to know of the values in a column, and the SQL that is true of them. */
interface Rule {
  reason: string;
  where: string;
  detail?: string;
}

/** Counts numbers that are none, and texts that are not read. */
export async function countValues(source: Source, tally: Tally): Promise<void> {
  for (const { table, number } of EVENT_TABLES.filter((one) => source.tables.has(one.table))) {
    const names = [number, ...(VALUE_COLUMNS[table]?.alike ?? [])];
    const columns = TABLES[table].columns.filter(({ name }) => names.includes(name));
    const read: Rule[] = columns
      .filter(({ type }) => type === 'numeric')
      .map(({ name }) => ({
        reason: `${name} is no numeric`,
        where: `${name} IS NOT NULL AND ${finite(name)} IS NULL`,
        detail: 'NaN or infinite',
      }));
    if (table === 'drug_exposure') read.push({ reason: 'sig left out: free text', where: 'sig IS NOT NULL' });
    await count(table, `(${readable(table)}) r`, read, source, tally);
  }
}

async function count(table: string, from: string, rules: Rule[], { database, where }: Source, tally: Tally) {
  if (rules.length === 0) return;
  const counts = rules.map((rule, i) => `count(*) FILTER (WHERE ${rule.where}) AS n${i}`);
  const [found] = await database.all<Record<string, bigint>>(`SELECT ${counts.join(', ')} FROM ${from}`);
  rules.forEach(({ reason, detail }, i) => {
    const times = Number(found[`n${i}`]);
    if (times > 0) tally.note({ reason, detail, resourceType: table, where: where.get(table)! }, times);
  });
}
