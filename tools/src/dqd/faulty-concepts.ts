import type { DuckDBConnection } from '@duckdb/node-api';
import type { Rng } from '@ehrsynth/random';

interface ConceptCheck {
  table: string;
  field: string;
  concepts: string[];
  units: string[];
  unit: string | null;
  low: number | null;
  high: number | null;
}

const DOMAINS = [
  'Condition',
  'Drug',
  'Procedure',
  'Measurement',
  'Observation',
  'Device',
  'Visit',
  'Gender',
  'Race',
  'Ethnicity',
  'Type Concept',
  'Unit',
  'Route',
  'Meas Value',
  'Metadata',
  'Specimen',
  'Condition Status',
  'Place of Service',
  'Provider',
  'Meas Value Operator',
  'Language',
  'Episode',
  'Note',
];
const CLASSES = ['Ingredient', 'Clinical Drug', 'Undefined'];
/** Genders that the checks know, and one more. */
const GENDERS = ['8507', '8532', '8551'];
const FIRST = 500_000_000;

interface Concept {
  id: string;
  domain: string;
  conceptClass: string;
  kind: 'standard' | 'plain' | 'classification' | 'invalid';
}

/** The concepts of a CDM with faults, and the rows for the checks that are on single concepts. */
export class OfConcept {
  /** Tables that `writeVocabularies` fills: the others are drawn field by field. */
  readonly written = new Set(['concept', 'domain', 'vocabulary', 'concept_class', 'concept_ancestor']);
  private readonly concepts: Concept[];

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly checks: ConceptCheck[],
  ) {
    let id = FIRST;
    this.concepts = DOMAINS.flatMap((domain) =>
      CLASSES.flatMap((conceptClass) =>
        (['standard', 'plain', 'classification', 'invalid'] as const).map((kind): Concept => ({
          id: String(id++),
          domain,
          conceptClass,
          kind,
        })),
      ),
    );
    const more = new Map<string, string>([
      ...GENDERS.map((gender): [string, string] => [gender, 'Gender']),
      ['0', 'Metadata'],
    ]);
    for (const { table, concepts, units } of checks) {
      concepts.forEach((one) =>
        more.set(
          one,
          table === 'measurement' ? 'Measurement' : table === 'procedure_occurrence' ? 'Procedure' : 'Condition',
        ),
      );
      units.forEach((one) => more.set(one, 'Unit'));
    }
    for (const [one, domain] of more)
      this.concepts.push({ id: one, domain, conceptClass: 'Undefined', kind: 'standard' });
  }

  /** Most are of the domain and class that the field wants; some are 0, of another one, not standard, invalid, absent. */
  pick(domain: string | undefined, conceptClass: string | undefined, rng: Rng): string {
    const draw = rng.next();
    if (draw < 0.1) return '0';
    if (draw < 0.13) return '999999999';
    const isAny = draw < 0.2;
    const standard = draw < 0.85;
    const fit = this.concepts.filter((one) => {
      if (one.id === '0' || (one.kind === 'standard') !== standard) return false;
      return isAny || ((!domain || one.domain === domain) && (!conceptClass || one.conceptClass === conceptClass));
    });
    return (fit.length > 0 ? fit : this.concepts)[rng.int(fit.length || this.concepts.length)].id;
  }

  /** The key of a table of texts, or one that is not there. */
  pickText(table: string, rng: Rng): string {
    const keys = table === 'domain' ? DOMAINS : table === 'concept_class' ? CLASSES : ['Invented', 'key 1'];
    return rng.next() < 0.1 ? "'nowhere'" : `'${keys[rng.int(keys.length)]}'`;
  }

  async writeVocabularies(): Promise<void> {
    const insert = (table: string, columns: string, rows: string[]) =>
      this.connection.run(`INSERT INTO ${table} (${columns}) VALUES ${rows.map((row) => `(${row})`).join(', ')}`);
    const standard = { standard: "'S'", plain: 'NULL', classification: "'C'", invalid: "'S'" };
    await insert(
      'concept',
      'concept_id, concept_name, domain_id, vocabulary_id, concept_class_id, standard_concept, concept_code, valid_start_date, valid_end_date, invalid_reason',
      this.concepts.map(
        ({ id, domain, conceptClass, kind }) =>
          `${id}, 'Concept ${id}', '${domain}', 'Invented', '${conceptClass}', ${standard[kind]}, 'code ${id}', DATE '1970-01-01', DATE '2099-12-31', ${kind === 'invalid' ? "'D'" : 'NULL'}`,
      ),
    );
    const named = (from: string[]) => from.map((text) => `'${text}', '${text}', 0`);
    await insert('domain', 'domain_id, domain_name, domain_concept_id', named(DOMAINS));
    await insert('concept_class', 'concept_class_id, concept_class_name, concept_class_concept_id', named(CLASSES));
    await insert('vocabulary', 'vocabulary_id, vocabulary_name, vocabulary_concept_id', [
      "'Invented', 'Invented', 0",
      "'None', 'None', 4711",
    ]);
    const ancestors = this.concepts.filter(({ domain }) => domain === 'Condition' || domain === 'Procedure');
    const many = this.checks.flatMap(({ concepts }) => (concepts.length > 1 ? concepts : []));
    const pairs = many.flatMap((ancestor, i) =>
      ancestors.filter((_, j) => j % 7 === i % 7).map(({ id }) => `${ancestor}, ${id}`),
    );
    await insert('concept_ancestor', 'ancestor_concept_id, descendant_concept_id', [...pairs, '999999999, 0']);
  }

  /** Rows of a table for each check on its concepts: units that fit and do not, numbers within the limits and beyond. */
  rows(table: string, each: number, rng: Rng): Record<string, string>[] {
    const draw = <T>(from: T[]) => from[rng.int(from.length)];
    return this.checks
      .filter((check) => check.table === table && check.field in KEPT)
      .flatMap(({ field, concepts, units, unit, low, high }) =>
        Array.from({ length: each }, () => {
          const row: Record<string, string> = { [field]: draw(concepts) };
          if (table === 'measurement' || table === 'observation')
            row.unit_concept_id = draw([
              'NULL',
              '0',
              draw(['500000132', '8840']),
              unit ?? draw([...units.filter((one) => one !== '-1'), 'NULL']),
            ]);
          const limit = low ?? high;
          if (limit !== null) row.value_as_number = String(draw([limit - 1, limit, limit + 1]));
          return row;
        }),
      );
  }
}

const KEPT: Record<string, true> = {
  condition_concept_id: true,
  procedure_concept_id: true,
  measurement_concept_id: true,
  observation_concept_id: true,
};

/** Reads the dashboard's file of checks on concepts. */
export async function conceptsFor(connection: DuckDBConnection, conceptLevel: string): Promise<OfConcept> {
  const reader = await connection.runAndReadAll(`
    SELECT lower(cdmTableName) AS "table", lower(cdmFieldName) AS field, conceptId AS concepts, plausibleUnitConceptIds AS units,
      nullif(unitConceptId, '') AS unit, TRY_CAST(plausibleValueLow AS DOUBLE) AS low, TRY_CAST(plausibleValueHigh AS DOUBLE) AS high
    FROM read_csv('${conceptLevel}', all_varchar = true)`);
  const list = (text: unknown) =>
    String(text ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => /^\d+$/.test(id));
  const rows = reader
    .getRowObjectsJS()
    .map((row) => ({ ...row, concepts: list(row.concepts), units: list(row.units) }));
  return new OfConcept(connection, rows as unknown as ConceptCheck[]);
}
