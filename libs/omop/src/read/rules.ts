import { EVENT_TABLES } from '../cdm/events.ts';

/** A way in which a row breaks the model, as SQL over the row `t` and the life `l` of its person. */
export interface Rule {
  reason: string;
  where: string;
}

/** Where codes come from. */
export type CodeChoice = 'source' | 'mapped' | 'standard';

/** Why a row has no event where codes are the source's own. */
export const NO_CODE = 'no code: neither a source value nor a source concept';

const PERSON_UNKNOWN: Rule = { reason: 'person unknown', where: 'l.person_id IS NULL' };

/** Why a row of the table is not read, in the order in which the reasons are asked for: the first one counts. */
export function leftOutRules(table: string, codes: CodeChoice): Rule[] {
  if (table === 'person') return [{ reason: 'no person_id', where: 't.person_id IS NULL' }];
  if (table === 'death') return [PERSON_UNKNOWN];
  if (table === 'visit_occurrence')
    return [PERSON_UNKNOWN, { reason: 'no date', where: 't.visit_start_date IS NULL' }];
  const { prefix, start } = EVENT_TABLES.find((one) => one.table === table)!;
  const unmapped = {
    reason: 'standard concept 0: not mapped',
    where: `coalesce(t.${prefix}_concept_id, 0) = 0`,
  };
  const without: Record<CodeChoice, Rule> = {
    source: {
      reason: NO_CODE,
      where: `t.${prefix}_source_value IS NULL AND coalesce(t.${prefix}_source_concept_id, 0) = 0`,
    },
    mapped: unmapped,
    standard: unmapped,
  };
  return [PERSON_UNKNOWN, { reason: 'no date', where: `t.${start} IS NULL` }, without[codes]];
}

/** What is wrong with rows that are read all the same. */
export function noteRules(table: string): Rule[] {
  if (table === 'person') return [{ reason: 'no year of birth', where: 't.year_of_birth IS NULL' }];
  if (table === 'death') return [];
  const isEvent = EVENT_TABLES.find((one) => one.table === table);
  const { start, end } = isEvent ?? { start: 'visit_start_date', end: 'visit_end_date' };
  const rules = end ? [{ reason: 'ends before it begins', where: `t.${end} < t.${start}` }] : [];
  if (isEvent)
    rules.push({
      reason: 'visit of another person, or of none',
      where:
        't.visit_occurrence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM visit_occurrence v WHERE v.visit_occurrence_id = t.visit_occurrence_id AND v.person_id = t.person_id)',
    });
  return rules;
}
