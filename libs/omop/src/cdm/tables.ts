import { DEFINITIONS, ONLY_IN_53, WITHOUT_KEY } from './definitions.ts';

/** SQL types of the CDM, as the specification writes them. */
export type CdmType = 'integer' | 'numeric' | 'date' | 'datetime' | 'text' | `varchar(${number})`;

export interface Column {
  name: string;
  type: CdmType;
  required: boolean;
  /** What its values must be found in. */
  foreignKey?: { table: string; column: string };
}

export interface Table {
  name: string;
  columns: Column[];
  /** Undefined where the CDM gives the table none. */
  primaryKey?: string;
}

/** Columns that name another table's key by another name than the key's own. */
const OTHER_NAMES: Record<string, string> = {
  preceding_visit_occurrence_id: 'visit_occurrence_id',
  preceding_visit_detail_id: 'visit_detail_id',
  parent_visit_detail_id: 'visit_detail_id',
  visit_detail_parent_id: 'visit_detail_id',
  episode_parent_id: 'episode_id',
  cost_domain_id: 'domain_id',
  target_vocabulary_id: 'vocabulary_id',
};
/** Columns with the name of a key that the CDM does not tie to it. */
const UNTIED = new Set(['cost.payer_plan_period_id']);
const CONCEPT_COLUMN = /(^|_)concept_id(_[12])?$/;

/** Key column → its table. */
const KEYS = new Map(
  Object.entries(DEFINITIONS)
    .filter(([name]) => !WITHOUT_KEY.has(name))
    .map(([name, text]) => [text.trim().split(/\s/)[0], name]),
);

/** The tables of the CDM 5.4, by name. */
export const TABLES: Record<string, Table> = Object.fromEntries(
  Object.entries(DEFINITIONS).map(([name, text]) => [name, toTable(name, text)]),
);

/** The tables as they are read: those of 5.4, and what only 5.3 has after it. A CDM has the columns of one of the two. */
export const READ_TABLES: Record<string, Table> = {
  ...TABLES,
  ...Object.fromEntries(
    Object.entries(ONLY_IN_53).map(([name, text]) => [
      name,
      toTable(name, [DEFINITIONS[name], text].filter(Boolean).join(', ')),
    ]),
  ),
};

/** Tables of the standardized vocabularies: what Athena's files hold. */
export const VOCABULARY_TABLES = [
  'concept',
  'vocabulary',
  'domain',
  'concept_class',
  'concept_relationship',
  'relationship',
  'concept_synonym',
  'concept_ancestor',
  'source_to_concept_map',
  'drug_strength',
];

/** A column's name as a file has it: SQL has some between quotes, for they are words of its own. */
export function plainName(column: string): string {
  return column.replaceAll('"', '');
}

/** True for what is written between quotes in SQL. */
export function isText(type: CdmType): boolean {
  return type === 'text' || type.startsWith('varchar');
}

function toTable(name: string, text: string): Table {
  const primaryKey = WITHOUT_KEY.has(name) ? undefined : text.trim().split(/\s/)[0];
  const columns = text.split(',').map((part) => {
    const [column, type] = part.trim().split(/\s+/);
    const foreignKey = column === primaryKey ? undefined : foreignKeyOf(name, column);
    return { name: column, type: type.replace('!', '') as CdmType, required: type.endsWith('!'), foreignKey };
  });
  return { name, columns, primaryKey };
}

function foreignKeyOf(table: string, column: string): Column['foreignKey'] {
  if (CONCEPT_COLUMN.test(column)) return { table: 'concept', column: 'concept_id' };
  const key = OTHER_NAMES[column] ?? column;
  const other = KEYS.get(key);
  return other && !UNTIED.has(`${table}.${column}`) ? { table: other, column: key } : undefined;
}
