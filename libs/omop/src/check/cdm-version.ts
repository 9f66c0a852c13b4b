import { ADDED_IN_54 } from '../cdm/added-in-54.ts';
import { type Column, READ_TABLES, type Table } from '../cdm/tables.ts';
import { ONLY_IN_53 } from '../cdm/definitions.ts';
import { CdmVersionError } from '../errors.ts';
import type { Source } from '../read/source.ts';

/** Versions of the CDM that are checked. */
export const CDM_VERSIONS = ['5.3', '5.4'] as const;
export type CdmVersion = (typeof CDM_VERSIONS)[number];

/** What a CDM is taken for that names no version. */
const UNTOLD: CdmVersion = '5.4';

/**
 * The version that cdm_source names: in cdm_version, else by the concept of cdm_version_concept_id; 5.4 where it names none.
 * @throws CdmVersionError for another version than 5.3 and 5.4
 */
export async function versionOf(source: Source, row: Record<string, string | null>): Promise<CdmVersion> {
  const named =
    numberIn(row.cdm_version) ??
    (await numberOfConcept(source, row.cdm_version_concept_id)) ??
    otherMajorIn(row.cdm_version);
  if (named === undefined) return UNTOLD;
  const known = CDM_VERSIONS.find((version) => named === version || named.startsWith(`${version}.`));
  if (!known) throw new CdmVersionError(named, source.where.get('cdm_source') ?? 'cdm_source');
  return known;
}

/** 5.3.1 of "v5.3.1", "OMOP CDM Version 5.3.1" or "CDM v5.3.1"; undefined for a date, or 5 alone. */
function numberIn(text: string | null | undefined): string | undefined {
  return text?.match(/(?<![\d.])\d(\.\d+)+/)?.[0];
}

/** 6 of "CDM v6"; undefined for 5, which may be any of those that are checked, and for a date. */
function otherMajorIn(text: string | null | undefined): string | undefined {
  return text?.match(/(?<![\d.])[0-46-9](?![\d.])/)?.[0];
}

/** Concepts that name a version, for a CDM that has no vocabularies. */
const KNOWN: Record<string, string> = { 756265: '5.4', 1147638: '5.3' };

async function numberOfConcept({ database, tables }: Source, id: string | null): Promise<string | undefined> {
  if (!id || !/^\d+$/.test(id)) return undefined;
  const rows = tables.has('concept')
    ? await database.all<{ name: string }>(
        `SELECT coalesce(concept_name, concept_code) AS name FROM concept WHERE concept_id = ${id} AND concept_id <> 0`,
      )
    : [];
  return numberIn(rows[0]?.name) ?? KNOWN[id];
}

/** Tables and columns that came with 5.4. */
const SINCE_54: Record<string, string[] | true> = {
  episode: true,
  episode_event: true,
  visit_occurrence: [
    'admitted_from_concept_id',
    'admitted_from_source_value',
    'discharged_to_concept_id',
    'discharged_to_source_value',
  ],
  visit_detail: [
    'admitted_from_concept_id',
    'admitted_from_source_value',
    'discharged_to_concept_id',
    'discharged_to_source_value',
    'parent_visit_detail_id',
  ],
  ...ADDED_IN_54,
};

/** The tables of a version, with the columns, keys and requirements that they have in it. */
export function tablesOf(version: CdmVersion): Table[] {
  return Object.values(READ_TABLES)
    .filter(({ name }) => (version === '5.3' ? SINCE_54[name] !== true : name !== 'attribute_definition'))
    .map((table) => (version === '5.3' ? as53(table) : as54(table)));
}

/** Keys that the dashboard follows in 5.4 otherwise than the DDL has them. */
const KEYS_IN_54: Record<string, Column['foreignKey']> = {
  'episode.episode_parent_id': undefined,
  'note_nlp.note_id': undefined,
  'cohort_definition.cohort_definition_id': { table: 'cohort', column: 'cohort_definition_id' },
};
const KEYS_IN_53: Record<string, Column['foreignKey']> = {
  'note_nlp.note_id': { table: 'note', column: 'note_id' },
  'cost.payer_plan_period_id': { table: 'payer_plan_period', column: 'payer_plan_period_id' },
};

function as54(table: Table): Table {
  const gone = new Set(ONLY_IN_53[table.name]?.split(',').map((part) => part.trim().split(' ')[0]));
  const columns = table.columns.filter(({ name }) => !gone.has(name));
  return { ...table, columns: columns.map((column) => withKey(table, column, KEYS_IN_54)) };
}

function as53(table: Table): Table {
  const { name, primaryKey } = table;
  const since = SINCE_54[name];
  const columns = table.columns
    .filter((column) => since === undefined || since === true || !since.includes(column.name))
    .map((column): Column => {
      const required = name === 'cdm_source' ? column.name === 'cdm_source_name' : column.required;
      return { ...withKey(table, column, KEYS_IN_53), required };
    });
  return { ...table, columns, primaryKey: name === 'metadata' ? undefined : primaryKey };
}

function withKey({ name }: Table, column: Column, keys: Record<string, Column['foreignKey']>): Column {
  const key = `${name}.${column.name}`;
  return key in keys ? { ...column, foreignKey: keys[key] } : column;
}
