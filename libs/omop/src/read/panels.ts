import type { Tally } from '@ehrsynth/records';
import { Concept } from '../cdm/concepts.ts';
import { PLACED_EVENTS, type SourceCode } from './code-row.ts';
import { allEvents } from './event-rows.ts';
import type { Rule } from './rules.ts';
import type { Source } from './source.ts';

/** By table: the column of the row that another belongs to, and that of which field it is. */
const LINKS: Record<string, { id: string; field: string }> = {
  measurement: { id: 'measurement_event_id', field: 'meas_event_field_concept_id' },
  observation: { id: 'observation_event_id', field: 'obs_event_field_concept_id' },
};

/** SQL that is true for a row `t` that belongs to another measurement, as far as it says so. */
function isLinked(table: string, row = ''): string | undefined {
  const link = LINKS[table];
  return link && `${row}${link.field} = ${Concept.measurementId} AND ${row}${link.id} IS NOT NULL`;
}

/** SQL that is true for a row that names itself as its panel. */
function isOwn(table: string, row = ''): string {
  return table === 'measurement' ? `coalesce(${row}measurement_event_id = ${row}measurement_id, FALSE)` : 'FALSE';
}

/** What is noted of rows that name a panel; none where the table has no such columns. */
export function panelRules(table: string, { columns }: Pick<Source, 'columns'>): Rule[] {
  const link = LINKS[table];
  if (!link || !columns.get(table)?.has(link.field)) return [];
  const [of, itself] = [isLinked(table, 't.'), isOwn(table, 't.')];
  const isThere = `EXISTS (SELECT 1 FROM measurement m WHERE m.measurement_id = t.${link.id} AND m.person_id = t.person_id)`;
  return [
    ...(table === 'measurement' ? [{ reason: `${link.id} of the row itself`, where: `${of} AND ${itself}` }] : []),
    {
      reason: `${link.id} of no measurement of the person`,
      where: `${of} AND NOT ${itself} AND NOT ${isThere}`,
    },
  ];
}

/** SQL of the measurement_id of the panel that a row is a component of, NULL where it is of none. */
export function panelOf(table: string): string {
  const link = LINKS[table];
  if (!link) return 'CAST(NULL AS BIGINT)';
  return `CASE WHEN ${isLinked(table)} AND NOT ${isOwn(table)} THEN ${link.id} END`;
}

/** Makes the table panel_ids of the measurements that other rows belong to; gives false where there are none, as in most sources. */
export async function findPanels({ database, tables, columns }: Source): Promise<boolean> {
  const linked = Object.entries(LINKS).filter(
    ([table, { field }]) => tables.has(table) && columns.get(table)?.has(field),
  );
  const ids = linked.map(
    ([table, { id }]) => `SELECT ${id} AS id FROM ${table} WHERE ${isLinked(table)} AND NOT ${isOwn(table)}`,
  );
  if (ids.length === 0) return false;
  await database.run(
    `CREATE ${database.temporary}TABLE panel_ids AS SELECT DISTINCT id FROM (${ids.join(' UNION ALL ')}) a`,
  );
  return (await database.all('SELECT id FROM panel_ids LIMIT 1')).length > 0;
}

/**
 * Makes the table panel_places of the codes of panels: components are read with these, and a panel without a value of its own is no
 * event. Its rows are counted.
 */
export async function settlePanels({ database }: Source, codes: SourceCode[], tally: Tally): Promise<void> {
  await database.run(`
    CREATE ${database.temporary}TABLE panel_places AS
    SELECT person_id, row_key, min(place) AS place FROM ${PLACED_EVENTS} e WHERE is_panel GROUP BY person_id, row_key`);
  const counted = await database.all<{ place: number; rows: bigint | number }>(
    `SELECT place, count(*) AS rows FROM (${allEvents('place, form')}) a WHERE form = 'panel' GROUP BY place ORDER BY place`,
  );
  for (const { place, rows } of counted) {
    const { table, leftOut } = codes[Number(place)];
    if (!leftOut) tally.use(table, Number(rows));
    else if (leftOut.isRight) tally.skip(table, leftOut.reason, Number(rows));
    else
      tally.fault(
        { reason: leftOut.reason, detail: leftOut.detail, resourceType: table, where: 'panels' },
        Number(rows),
      );
  }
}
