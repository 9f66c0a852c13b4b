import type { Query } from './query.ts';

/** Concepts of a CDM that definitions of cohorts are made with: what it has most of. */
export interface CohortConcepts {
  /** With its descendants. */
  condition: number;
  /** An ingredient, with its descendants. */
  drug: number;
  procedure: number;
  measurement: number;
  observation: number;
}

/** Inpatient visit, and the genders of persons. */
const INPATIENT = 9201;
const FEMALE = 8532;
const YEAR = 365;

/** The most frequent concepts of a CDM; 0 where it has none of a kind. */
export async function frequentConcepts(query: Query): Promise<CohortConcepts> {
  const first = async (sql: string) => Number((await query<{ id: bigint | number }>(sql))[0]?.id ?? 0);
  const mostOf = (table: string, field: string) =>
    first(`SELECT ${field} AS id FROM ${table} WHERE ${field} <> 0 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`);
  // Of conditions the ancestor with the most different descendants among them, where concept_ancestor has any.
  const ancestor =
    await first(`SELECT ancestor_concept_id AS id FROM concept_ancestor a JOIN condition_occurrence c ON c.condition_concept_id = descendant_concept_id
    JOIN concept o ON o.concept_id = ancestor_concept_id WHERE ancestor_concept_id <> descendant_concept_id GROUP BY 1 ORDER BY count(DISTINCT descendant_concept_id) DESC, 1 LIMIT 1`);
  return {
    condition: ancestor || (await mostOf('condition_occurrence', 'condition_concept_id')),
    drug: await mostOf('drug_era', 'drug_concept_id'),
    procedure: await mostOf('procedure_occurrence', 'procedure_concept_id'),
    measurement: await mostOf('measurement', 'measurement_concept_id'),
    observation: await mostOf('observation', 'observation_concept_id'),
  };
}

/** Definitions of cohorts as ATLAS writes them, by name. */
export function cohortDefinitions(concepts: CohortConcepts): Record<string, object> {
  const { condition, drug, procedure, measurement, observation } = concepts;
  const of = (kind: string, id: number, more: object = {}) => ({ [kind]: { CodesetId: id, ...more } });
  const sets = [condition, drug, procedure, measurement, observation, INPATIENT].map(conceptSet);
  const cohort = (criteria: object, prior = 0, additional?: object, limit: 'First' | 'All' = 'First') => ({
    ConceptSets: sets,
    PrimaryCriteria: {
      CriteriaList: [criteria],
      ObservationWindow: { PriorDays: prior, PostDays: 0 },
      PrimaryCriteriaLimit: { Type: limit },
    },
    ...(additional && { AdditionalCriteria: additional }),
    QualifiedLimit: { Type: limit },
    ExpressionLimit: { Type: limit },
    InclusionRules: [],
    CensoringCriteria: [],
    CollapseSettings: { CollapseType: 'ERA', EraPad: 0 },
    CensorWindow: {},
    EndStrategy: { DateOffset: { DateField: 'StartDate', Offset: 0 } },
  });
  const [ofCondition, ofDrug, ofProcedure, ofMeasurement, ofObservation, ofInpatient] = sets.map(({ id }) => id);
  return {
    'a condition and its descendants, first time': cohort(of('ConditionOccurrence', ofCondition, { First: true })),
    'the same, every time': cohort(of('ConditionOccurrence', ofCondition), 0, undefined, 'All'),
    'first exposure to a drug, 365 days observed before': cohort(of('DrugExposure', ofDrug, { First: true }), YEAR),
    'era of a drug': cohort(of('DrugEra', ofDrug), 0, undefined, 'All'),
    'inpatient visit with a condition during it': cohort(
      of('VisitOccurrence', ofInpatient),
      0,
      during(of('ConditionOccurrence', ofCondition)),
      'All',
    ),
    'a procedure in women': cohort(of('ProcedureOccurrence', ofProcedure, { Gender: [{ CONCEPT_ID: FEMALE }] })),
    'a measurement in people of 50 and more': cohort(
      of('Measurement', ofMeasurement, { Age: { Value: 50, Op: 'gte' } }),
      0,
      undefined,
      'All',
    ),
    'an observation': cohort(of('Observation', ofObservation), 0, undefined, 'All'),
  };
}

/** By cohort: a person's source value, the first day and the last. */
export type Members = Record<string, string[][]>;

/** The members that only one side has. */
export function differentMembers(source: string[][], copy: string[][]): string[] {
  const [theirs, ours] = [source, copy].map((rows) => new Set(rows.map((row) => row.join(' '))));
  return [
    ...[...theirs].filter((member) => !ours.has(member)).map((member) => `missing ${member}`),
    ...[...ours].filter((member) => !theirs.has(member)).map((member) => `only in the copy ${member}`),
  ];
}

function conceptSet(concept: number, id: number) {
  const item = {
    concept: { CONCEPT_ID: concept },
    isExcluded: false,
    includeDescendants: true,
    includeMapped: false,
  };
  return { id, name: `concept ${concept}`, expression: { items: [item] } };
}

/** At least one between the beginning and the end of the event. */
function during(criteria: object): object {
  const window = (coefficient: 1 | -1, useEventEnd: boolean) => ({
    Start: { Days: coefficient === -1 ? null : 0, Coeff: -1 },
    End: { Days: coefficient === -1 ? 0 : null, Coeff: 1 },
    UseEventEnd: useEventEnd,
  });
  return {
    Type: 'ALL',
    CriteriaList: [
      {
        Criteria: criteria,
        StartWindow: window(1, false),
        EndWindow: undefined,
        RestrictVisit: true,
        Occurrence: { Type: 2, Count: 1 },
      },
    ],
    DemographicCriteriaList: [],
    Groups: [],
  };
}
