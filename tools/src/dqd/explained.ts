import type { Explained } from './compare.ts';

/** The tables that executeDqChecks leaves out by default. */
const VOCABULARIES =
  /^(CONCEPT|VOCABULARY|CONCEPT_ANCESTOR|CONCEPT_RELATIONSHIP|CONCEPT_CLASS|CONCEPT_SYNONYM|RELATIONSHIP|DOMAIN)(\.|$)/;

/** Where `validate omop` and the official Data Quality Dashboard do not say the same, each with the reason. */
export const EXPLAINED: Explained[] = [
  {
    check: /./,
    where: VOCABULARIES,
    kinds: ['only ours'],
    why: 'The dashboard leaves these tables of the vocabularies out unless it is told not to; a CDM that brings its vocabularies can have faults in them.',
  },
  {
    check: /^cdmDatatype$/,
    kinds: ['only ours'],
    why: 'The dashboard looks at whole numbers alone; dates, numbers and the lengths of texts are checked besides.',
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
    why: 'A column of numbers has the type of a text. The official SQL compares it with numbers, which DuckDB refuses; here each value is read as a number, and those that are none are counted.',
  },
];
