import type { Explained } from './compare.ts';

/** The tables that executeDqChecks leaves out by default. */
const VOCABULARIES =
  /^(CONCEPT|VOCABULARY|CONCEPT_ANCESTOR|CONCEPT_RELATIONSHIP|CONCEPT_CLASS|CONCEPT_SYNONYM|RELATIONSHIP|DOMAIN)(\.|$)/;

/** What 2.7 and 2.8 changed: `validate omop` goes by them. */
const BEFORE_27: Explained[] = [
  {
    check: /^fkDomain$/,
    where: /^(EPISODE\.EPISODE_OBJECT_CONCEPT_ID|MEASUREMENT\.VALUE_AS_CONCEPT_ID)$/,
    kinds: ['only official'],
    why: 'Off since 2.6.2: values may be of several domains.',
  },
  {
    check: /^isStandardValidConcept$/,
    kinds: ['violated', 'denominator', 'failed'],
    why: 'Since 2.7 the rows checked are those with a value, since 2.8 a concept that is not standard is a fault.',
  },
  {
    check: /^(standard|source)ConceptRecordCompleteness$/,
    kinds: ['violated', 'denominator', 'failed'],
    why: 'Since 2.7 a missing concept beside a source value counts as 0, and a missing one without it is not looked at; thresholds are those of 2.6.1.',
  },
  {
    check: /^measureConditionEraCompleteness$/,
    kinds: ['violated', 'denominator', 'failed'],
    why: 'Since 2.7 persons whose conditions have no concept need no era.',
  },
  {
    check: /^sourceValueCompleteness$/,
    kinds: ['failed', 'only ours'],
    why: 'Thresholds, and some of the fields, are those since 2.6.1.',
  },
  {
    check: /^plausibleValue(Low|High)$/,
    where: /^OBSERVATION\./,
    kinds: ['only ours'],
    why: 'This release has no such check on concepts.',
  },
  {
    check: /^plausibleValueHigh$/,
    where: /^DRUG_EXPOSURE\.QUANTITY$/,
    kinds: ['only official'],
    why: 'Off since 2.7: liquids come in large numbers.',
  },
  {
    check: /^plausibleTemporalAfter$/,
    kinds: ['error'],
    why: "DuckDB cannot read a date in this release's SQL.",
  },
  {
    check: /^plausibleAfterBirth$/,
    kinds: ['violated', 'failed'],
    why: 'Since 2.7 an event on the day of birth is after birth, whatever the hour.',
  },
  {
    check: /^plausibleStartBeforeEnd$/,
    where: /^CDM_SOURCE\./,
    kinds: ['only official', 'only ours'],
    why: 'The two dates were the wrong way round before 2.6.1.',
  },
  {
    check: /^plausibleUnitConceptIds$/,
    kinds: ['violated', 'denominator', 'failed', 'applicable'],
    why: 'Since 2.7 rows without a number are checked too, and unit 0 is left to standardConceptRecordCompleteness.',
  },
  {
    check: /./,
    where: /^(COHORT|COHORT_DEFINITION|DRUG_STRENGTH|METADATA|CDM_SOURCE|SOURCE_TO_CONCEPT_MAP)\./,
    kinds: ['applicable'],
    why: 'This release does not ask whether these tables have rows, so it finds no fault in empty ones.',
  },
  {
    check: /^measureObservationPeriodOverlap$/,
    kinds: ['only ours'],
    why: 'New in 2.7.',
  },
];

/** Where `validate omop` and the official Data Quality Dashboard do not say the same, each with the reason. */
export const EXPLAINED: Explained[] = [
  {
    check: /./,
    where: VOCABULARIES,
    kinds: ['only ours'],
    why: 'The dashboard leaves these tables of the vocabularies out unless asked not to; a CDM that brings its vocabularies can have faults in them.',
  },
  {
    check: /./,
    where: /^(CDM_SOURCE|COHORT|COHORT_DEFINITION|DRUG_STRENGTH|METADATA|SOURCE_TO_CONCEPT_MAP)(\.|$)/,
    kinds: ['only ours'],
    why: "Tables that the dashboard's files for 5.3 leave out, as those before 2.7 do in part; they are checked where they are there.",
  },
  {
    check: /^cdmDatatype$/,
    kinds: ['only ours'],
    why: 'The dashboard only checks whole numbers; ours also checks dates, numbers and the lengths of texts.',
  },
  {
    check: /./,
    where: /^NOTE_NLP\.OFFSET$/,
    kinds: ['only ours'],
    why: 'The dashboard leaves the field out, because its name is an SQL keyword.',
  },
  {
    check: /^withinObservationPeriod$/,
    kinds: ['only ours'],
    why: 'A check of our own: the dashboard does not ask whether events lie in an observation period.',
  },
  {
    check:
      /^(cdmDatatype|isForeignKey|fkDomain|isStandardValidConcept|standardConceptRecordCompleteness|sourceValueCompleteness|plausibleValueLow|plausibleValueHigh)$/,
    kinds: ['error'],
    why: 'A column of numbers has the type of a text. The official SQL compares it with numbers, which DuckDB refuses; here each value is read as a number, and those that are not numbers are counted.',
  },
  ...BEFORE_27.map((one): Explained => ({ ...one, release: 'before 2.7' })),
];
