import type { Tally } from '@ehrsynth/records';
import { EVENT_TABLES } from '../cdm/events.ts';
import { reportInventory } from '../files/inventory.ts';
import type { SourceCode } from './code-row.ts';
import { addEvents } from './events.ts';
import { settleFates } from './fates.ts';
import type { OmopReadOptions } from './options.ts';
import { findPanels, settlePanels } from './panels.ts';
import { hasRows, type Source } from './source.ts';
import { sourceCodes } from './source-codes.ts';

/** The tables that records are made from. Others are not read: a source names them. */
export const RECORD_TABLES: ReadonlySet<string> = new Set([
  'person',
  'death',
  'visit_occurrence',
  ...EVENT_TABLES.map(({ table }) => table),
  'concept',
  'vocabulary',
  'concept_relationship',
  'concept_ancestor',
]);

/**
 * Settles in the source which rows are read and which events they are, and counts the others: after this `allEvents` has the events, with
 * the places of their codes.
 * @throws BadInputError where the tally stops at bad input
 */
export async function prepareEvents(
  source: Source,
  options: OmopReadOptions,
  tally: Tally,
): Promise<{ codes: SourceCode[]; hasPanels: boolean }> {
  if (source.inventory) reportInventory(source.inventory, tally);
  const { codes: choice = 'source' } = options;
  await leaveOutEmptyTables(source);
  await settleFates(source, tally, choice);
  const hasPanels = await findPanels(source);
  await addEvents(source, choice, hasPanels);
  const codes = await sourceCodes(source, options, tally);
  if (hasPanels) await settlePanels(source, codes, tally);
  return { codes, hasPanels };
}

/** Tables without rows are as if they were not there: each question about them would take as long as one about a small table. */
async function leaveOutEmptyTables({ database, tables, hasTexts }: Source): Promise<void> {
  for (const { table } of EVENT_TABLES)
    if (tables.has(table) && !(await hasRows(database, hasTexts ? `raw_${table}` : table))) tables.delete(table);
}
