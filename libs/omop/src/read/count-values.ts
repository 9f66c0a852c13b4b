import type { Tally } from '@ehrsynth/records';
import { EVENT_TABLES } from '../cdm/events.ts';
import { TABLES } from '../cdm/tables.ts';
import { readable } from './fates.ts';
import type { Source } from './source.ts';
import { finite, VALUE_COLUMNS } from './value-columns.ts';

/** What is told of free text that no record holds. */
const SIG_LEFT_OUT = 'sig left out: free text';

/** Counts numbers that are none, and texts that are not read. */
export async function countValues({ database, tables, where }: Source, tally: Tally): Promise<void> {
  for (const { table, number } of EVENT_TABLES.filter((one) => tables.has(one.table))) {
    const { columns } = TABLES[table];
    const numbers = columns.flatMap(({ name, type }) =>
      type === 'numeric' && (name === number || VALUE_COLUMNS[table]?.includes(name)) ? [name] : [],
    );
    const counts = numbers.map((name) => [name, `${name} IS NOT NULL AND ${finite(name)} IS NULL`]);
    if (table === 'drug_exposure') counts.push(['sig', 'sig IS NOT NULL']);
    if (counts.length === 0) continue;
    const select = counts.map(([name, is]) => `count(*) FILTER (WHERE ${is}) AS ${name}`).join(', ');
    const [found] = await database.all<Record<string, bigint>>(
      `SELECT ${select} FROM (${readable(table)}) r`,
    );
    for (const [name] of counts) {
      const times = Number(found[name]);
      const problem =
        name === 'sig'
          ? { reason: SIG_LEFT_OUT }
          : { reason: `${name} is no numeric`, detail: 'NaN or infinite' };
      if (times > 0) tally.note({ ...problem, resourceType: table, where: where.get(table)! }, times);
    }
  }
}
