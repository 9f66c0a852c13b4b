import type { Query } from './query.ts';

export interface Achilles {
  done: number[];
  failed: [id: number, error: string][];
  counts: [analysis: number, stratum: string | null, count: number][];
}

export interface Analysis {
  /** By which Achilles knows it. */
  id: number;
  name: string;
  /** SQL: `concept` and `n`; a concept of '' where it counts without one. */
  sql: string;
}

/** Achilles counts only events within an observation period of their person. */
const observed = (table: string, start: string) =>
  `FROM ${table} t JOIN observation_period o ON o.person_id = t.person_id AND t.${start} BETWEEN observation_period_start_date AND observation_period_end_date`;
const byConcept = (what: string, table: string, concept: string, start: string) =>
  `SELECT ${concept} AS concept, ${what} AS n ${observed(table, start)} GROUP BY 1`;

/** Analyses of Achilles that can be counted in one line of SQL. */
export const ANALYSES: Analysis[] = [
  { id: 1, name: 'persons', sql: "SELECT '' AS concept, count(*) AS n FROM person" },
  {
    id: 2,
    name: 'persons by gender',
    sql: 'SELECT gender_concept_id AS concept, count(*) AS n FROM person GROUP BY 1',
  },
  {
    id: 4,
    name: 'persons by race',
    sql: 'SELECT race_concept_id AS concept, count(*) AS n FROM person GROUP BY 1',
  },
  {
    id: 200,
    name: 'persons by visit',
    sql: byConcept('count(DISTINCT t.person_id)', 'visit_occurrence', 'visit_concept_id', 'visit_start_date'),
  },
  {
    id: 201,
    name: 'visits',
    sql: byConcept('count(*)', 'visit_occurrence', 'visit_concept_id', 'visit_start_date'),
  },
  {
    id: 400,
    name: 'persons by condition',
    sql: byConcept(
      'count(DISTINCT t.person_id)',
      'condition_occurrence',
      'condition_concept_id',
      'condition_start_date',
    ),
  },
  {
    id: 401,
    name: 'conditions',
    sql: byConcept('count(*)', 'condition_occurrence', 'condition_concept_id', 'condition_start_date'),
  },
  {
    id: 601,
    name: 'procedures',
    sql: byConcept('count(*)', 'procedure_occurrence', 'procedure_concept_id', 'procedure_date'),
  },
  {
    id: 700,
    name: 'persons by drug',
    sql: byConcept('count(DISTINCT t.person_id)', 'drug_exposure', 'drug_concept_id', 'drug_exposure_start_date'),
  },
  {
    id: 701,
    name: 'drugs',
    sql: byConcept('count(*)', 'drug_exposure', 'drug_concept_id', 'drug_exposure_start_date'),
  },
  {
    id: 801,
    name: 'observations',
    sql: byConcept('count(*)', 'observation', 'observation_concept_id', 'observation_date'),
  },
  {
    id: 901,
    name: 'eras of drugs',
    sql: byConcept('count(*)', 'drug_era', 'drug_concept_id', 'drug_era_start_date'),
  },
  {
    id: 1001,
    name: 'eras of conditions',
    sql: byConcept('count(*)', 'condition_era', 'condition_concept_id', 'condition_era_start_date'),
  },
  {
    id: 1801,
    name: 'measurements',
    sql: byConcept('count(*)', 'measurement', 'measurement_concept_id', 'measurement_date'),
  },
];

/** What SQL counts, by concept. */
export async function ownCounts(query: Query, { sql }: Analysis): Promise<Map<string, number>> {
  const rows = await query<{ concept: bigint | string; n: bigint }>(sql);
  return new Map(rows.map(({ concept, n }) => [String(concept), Number(n)]));
}

/** Concepts for which Achilles counts another number: the concept, Achilles' number, ours. */
export function differentCounts(
  { counts }: Achilles,
  { id }: Analysis,
  own: Map<string, number>,
): [concept: string, theirs: number, ours: number][] {
  const theirs = new Map(counts.filter(([analysis]) => analysis === id).map(([, concept, n]) => [concept ?? '', n]));
  return [...new Set([...theirs.keys(), ...own.keys()])]
    .map((concept): [string, number, number] => [concept, theirs.get(concept) ?? 0, own.get(concept) ?? 0])
    .filter(([, one, other]) => one !== other);
}
