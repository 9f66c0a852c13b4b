import type { Problem } from '@ehrsynth/records';
import { READ_TABLES } from '../cdm/tables.ts';
import type { UnreadFile } from './inventory.ts';
import { tableLike, tableOf } from './table-names.ts';

export const NO_TABLE = 'no table of the CDM';

/** A table of a database that is called by none of the CDM's names, or by one that another has in other capitals. */
export function unreadTable(name: string, where: string): UnreadFile {
  const lower = name.toLowerCase();
  if (READ_TABLES[lower])
    return {
      where,
      reason: 'table of the CDM of the same name in other capitals: not read',
      mayHoldData: true,
    };
  const part = tableOf(`${lower}.csv`)?.table;
  if (part)
    return {
      where,
      reason: `${NO_TABLE}; a part of ${part}? Of a database no parts are read: make one view of all`,
      mayHoldData: true,
    };
  const like = tableLike(`${lower}.csv`);
  return {
    where,
    reason: like ? `${NO_TABLE}; meant for ${like}?` : NO_TABLE,
    mayHoldData: like !== undefined,
  };
}

/** Tables that nobody misses, in one note. */
export function unreadTogether(tables: string[], where: string): Problem {
  const reason = 'vocabularies and derived tables that are not read';
  return { reason, resourceType: 'table', where, detail: tables.join(', ') };
}

/** Whether a table has what happened to patients, and is not derived from others that have it. */
export function isOfPatients(table: string): boolean {
  const isDerived = /_era$|^cohort/.test(table);
  return (
    !isDerived &&
    (/^(note_nlp|cost|episode_event)$/.test(table) ||
      READ_TABLES[table].columns.some(({ name }) => name === 'person_id'))
  );
}
