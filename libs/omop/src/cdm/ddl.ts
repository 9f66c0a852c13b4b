import { type CdmType, type Table, TABLES } from './tables.ts';

export type Dialect = 'duckdb' | 'postgresql';

/** A statement about one table. */
export interface Statement {
  table: string;
  sql: string;
}

/** CREATE TABLE of the CDM 5.4, required columns NOT NULL; keys and indexes are statements of their own, made after loading. */
export function createTable({ name, columns }: Table, dialect: Dialect, inSchema = ''): string {
  const lines = columns.map(
    (column) => `  ${column.name} ${sqlType(column.type, dialect)}${column.required ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE ${inSchema}${name} (\n${lines.join(',\n')}\n)`;
}

/** DuckDB's NUMERIC keeps three decimals: there it is a double. */
export function sqlType(type: CdmType, dialect: Dialect): string {
  if (type === 'datetime') return 'TIMESTAMP';
  if (type === 'numeric') return dialect === 'duckdb' ? 'DOUBLE' : 'NUMERIC';
  return type.toUpperCase();
}

/** The tables' primary keys, named as OHDSI names them. */
export function primaryKeys(inSchema = ''): Statement[] {
  return Object.values(TABLES).flatMap(({ name: table, primaryKey }) => {
    const sql = `ALTER TABLE ${inSchema}${table} ADD CONSTRAINT xpk_${table} PRIMARY KEY (${primaryKey})`;
    return primaryKey ? [{ table, sql }] : [];
  });
}

/** All foreign keys of the CDM, named as OHDSI names them. */
export function foreignKeys(inSchema = ''): Statement[] {
  return Object.values(TABLES).flatMap(({ name: table, columns }) =>
    columns.flatMap(({ name, foreignKey }) => {
      if (!foreignKey) return [];
      const to = `${inSchema}${foreignKey.table} (${foreignKey.column})`;
      return [
        {
          table,
          sql: `ALTER TABLE ${inSchema}${table} ADD CONSTRAINT fpk_${table}_${name} FOREIGN KEY (${name}) REFERENCES ${to}`,
        },
      ];
    }),
  );
}

/** OHDSI's short names of tables, in the names of their indexes. */
const SHORT: Record<string, string> = {
  visit_occurrence: 'visit',
  visit_detail: 'visit_det',
  condition_occurrence: 'condition',
  drug_exposure: 'drug',
  procedure_occurrence: 'procedure',
  device_exposure: 'device',
  payer_plan_period: 'period',
};
/** Columns besides those by the rules below. */
const OTHERS: Record<string, string[]> = {
  person: ['gender_concept_id'],
  note: ['note_type_concept_id'],
  note_nlp: ['note_id', 'note_nlp_concept_id'],
  fact_relationship: ['domain_concept_id_1', 'domain_concept_id_2', 'relationship_concept_id'],
  cost: ['cost_event_id'],
  drug_era: ['drug_concept_id'],
  dose_era: ['drug_concept_id'],
  condition_era: ['condition_concept_id'],
  concept: ['concept_code', 'vocabulary_id', 'domain_id', 'concept_class_id'],
  concept_relationship: ['concept_id_1', 'concept_id_2', 'relationship_id'],
  concept_synonym: ['concept_id'],
  concept_ancestor: ['ancestor_concept_id', 'descendant_concept_id'],
  source_to_concept_map: ['source_vocabulary_id', 'target_vocabulary_id', 'target_concept_id', 'source_code'],
  drug_strength: ['drug_concept_id', 'ingredient_concept_id'],
};

/** The columns that the CDM has indexes on, but for primary keys: person, visit and concept of events, codes, relationships. */
export function indexes(inSchema = ''): Statement[] {
  return Object.values(TABLES).flatMap(({ name: table, columns, primaryKey }) => {
    const short = SHORT[table] ?? table;
    const usual = new Set([
      'person_id',
      'visit_occurrence_id',
      `${short.replace('visit_det', 'visit_detail')}_concept_id`,
    ]);
    return columns
      .filter(({ name }) => name !== primaryKey && (usual.has(name) || OTHERS[table]?.includes(name)))
      .map(({ name }) => ({ table, sql: `CREATE INDEX idx_${short}_${name} ON ${inSchema}${table} (${name})` }));
  });
}
