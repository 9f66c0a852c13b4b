/** One check of OHDSI's Data Quality Dashboard on a table, a field or the concepts of a field. */
export interface Check {
  name: CheckName;
  table: string;
  field?: string;
  description: string;
  /** Percent of the rows checked that may violate it. */
  threshold: number;
  /** Known without asking: 1 where the table or field is missing. */
  isViolated?: boolean;
  /** SQL that counts the rows that violate it, as `n`. */
  violated?: string;
  /** SQL that counts the rows checked, as `n`; all of the table where undefined. */
  checked?: string;
  /** What one query over the table counts for all of its fields, so that `violated` is not asked alone. */
  profile?: 'missing' | 'unreadable';
  /** Other tables and fields (TABLE.FIELD) that it asks. */
  needs?: string[];
  /** Of a check on concepts. */
  concept?: CheckedConcept;
}

/** A check of a field that is known where it is made. */
export type OfField = Omit<Check, 'table' | 'field'>;

/** The rows that a check on concepts is about: of a concept, or of one in a unit. */
export interface CheckedConcept {
  /** Several stand with commas between them. */
  id: string;
  name: string;
  unit?: { id: string; name: string };
}

type Level = 'TABLE' | 'FIELD' | 'CONCEPT';

/**
 * The checks by OHDSI's names, with their place in Kahn's framework. plausibleValueLow and plausibleValueHigh are made on concepts too.
 * @see https://ohdsi.github.io/DataQualityDashboard/articles/CheckTypeDescriptions.html
 */
export const CHECKS = {
  cdmTable: ['TABLE', 'Verification', 'Conformance', 'Relational'],
  measurePersonCompleteness: ['TABLE', 'Validation', 'Completeness', null],
  measureConditionEraCompleteness: ['TABLE', 'Validation', 'Completeness', null],
  measureObservationPeriodOverlap: ['TABLE', 'Verification', 'Plausibility', 'Temporal'],
  cdmField: ['FIELD', 'Verification', 'Conformance', 'Relational'],
  isRequired: ['FIELD', 'Validation', 'Conformance', 'Relational'],
  cdmDatatype: ['FIELD', 'Verification', 'Conformance', 'Value'],
  isPrimaryKey: ['FIELD', 'Verification', 'Conformance', 'Relational'],
  isForeignKey: ['FIELD', 'Verification', 'Conformance', 'Relational'],
  fkDomain: ['FIELD', 'Verification', 'Conformance', 'Value'],
  fkClass: ['FIELD', 'Verification', 'Conformance', 'Computational'],
  isStandardValidConcept: ['FIELD', 'Verification', 'Conformance', 'Value'],
  measureValueCompleteness: ['FIELD', 'Verification', 'Completeness', null],
  standardConceptRecordCompleteness: ['FIELD', 'Verification', 'Completeness', null],
  sourceConceptRecordCompleteness: ['FIELD', 'Verification', 'Completeness', null],
  sourceValueCompleteness: ['FIELD', 'Verification', 'Completeness', null],
  plausibleValueLow: ['FIELD', 'Verification', 'Plausibility', 'Atemporal'],
  plausibleValueHigh: ['FIELD', 'Verification', 'Plausibility', 'Atemporal'],
  plausibleTemporalAfter: ['FIELD', 'Verification', 'Plausibility', 'Temporal'],
  plausibleDuringLife: ['FIELD', 'Verification', 'Plausibility', 'Temporal'],
  plausibleAfterBirth: ['FIELD', 'Verification', 'Plausibility', 'Temporal'],
  plausibleBeforeDeath: ['FIELD', 'Verification', 'Plausibility', 'Temporal'],
  plausibleStartBeforeEnd: ['FIELD', 'Verification', 'Plausibility', 'Temporal'],
  withinVisitDates: ['FIELD', 'Verification', 'Plausibility', null],
  plausibleGender: ['CONCEPT', 'Validation', 'Plausibility', 'Atemporal'],
  plausibleGenderUseDescendants: ['CONCEPT', 'Validation', 'Plausibility', 'Atemporal'],
  plausibleUnitConceptIds: ['CONCEPT', 'Verification', 'Plausibility', 'Atemporal'],
  /** Ours: OHDSI's dashboard does not ask whether events lie in an observation period. */
  withinObservationPeriod: ['FIELD', 'Verification', 'Plausibility', 'Temporal'],
} as const satisfies Record<string, [Level, 'Verification' | 'Validation', string, string | null]>;

export type CheckName = keyof typeof CHECKS;

/** What came of a check. */
export interface CheckResult extends Check {
  violations: number;
  rows: number;
  /** Share of the rows that violate it, 0 to 1. */
  share: number;
  hasFailed: boolean;
  /** Why there was nothing to check. */
  notApplicable?: string;
  /** What the database said in place of an answer. */
  error?: string;
  seconds: number;
}
