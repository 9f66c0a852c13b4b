import type { Encounter } from '@ehrsynth/records';
import { CLASS, VISIT } from '../cdm/concepts.ts';
import { readable } from './fates.ts';

export type VisitRow = [
  person: bigint,
  id: bigint,
  concept: bigint | null,
  source: string | null,
  start: string,
  end: string | null,
];

/** SQL of the visits in the order of their persons. */
export function visitRows(): string {
  return `
  SELECT person_id, visit_occurrence_id, visit_concept_id, visit_source_value, CAST(visit_start_date AS VARCHAR),
    CAST(visit_end_date AS VARCHAR)
  FROM (${readable('visit_occurrence')}) r ORDER BY person_id, visit_start_date, visit_occurrence_id`;
}

export function toEncounter([, , concept, source, start, end]: VisitRow): Encounter {
  return {
    class: source && VISIT[source] !== undefined ? source : (CLASS[Number(concept)] ?? 'AMB'),
    start,
    end: end && end >= start ? end : undefined,
  };
}
