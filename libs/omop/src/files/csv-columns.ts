import { ADDED_IN_54 } from '../cdm/added-in-54.ts';
import { plainName, READ_TABLES, TABLES } from '../cdm/tables.ts';

/** Names of 5.3 and of common exports for what stands in 5.4 under another. */
const OTHER_NAMES = [
  'admitting_source_concept_id',
  'admitting_source_value',
  'discharge_to_concept_id',
  'discharge_to_source_value',
  'visit_detail_parent_id',
];

/** The columns of a table in the order of the CDM's DDL: 5.4's, and 5.3's where it has fewer. */
export function columnOrders(table: string): string[][] {
  const all = (TABLES[table] ?? READ_TABLES[table]).columns.map(({ name }) => plainName(name));
  const added = ADDED_IN_54[table];
  return added ? [all, all.filter((name) => !added.includes(name))] : [all];
}

/** Which of the names are columns of the table, in any case. */
export function knownColumns(table: string, names: string[]): string[] {
  const own = new Set([...columnOrders(table)[0], ...OTHER_NAMES]);
  return names.filter((name) => own.has(name.toLowerCase()));
}
