import { ALLERGY_CODES } from './allergies.ts';
import { Concept } from './concepts.ts';

/** A row of a table, by column. */
export type Row = Record<string, string | number | undefined>;

/** Dates of what is valid as long as the vocabularies know. */
export const ALWAYS_VALID: Row = { valid_start_date: '1970-01-01', valid_end_date: '2099-12-31' };

/** Concepts that every CDM of ours uses: id, name, domain, vocabulary, class, code. */
const USED: [number, string, string, string, string, string][] = [
  [8507, 'MALE', 'Gender', 'Gender', 'Gender', 'M'],
  [8532, 'FEMALE', 'Gender', 'Gender', 'Gender', 'F'],
  [8515, 'Asian', 'Race', 'Race', 'Race', '2'],
  [8516, 'Black or African American', 'Race', 'Race', 'Race', '3'],
  [8527, 'White', 'Race', 'Race', 'Race', '5'],
  [8557, 'Native Hawaiian or Other Pacific Islander', 'Race', 'Race', 'Race', '4'],
  [8657, 'American Indian or Alaska Native', 'Race', 'Race', 'Race', '1'],
  [38003563, 'Hispanic or Latino', 'Ethnicity', 'Ethnicity', 'Ethnicity', 'Hispanic'],
  [38003564, 'Not Hispanic or Latino', 'Ethnicity', 'Ethnicity', 'Ethnicity', 'Not Hispanic'],
  [262, 'Emergency Room and Inpatient Visit', 'Visit', 'Visit', 'Visit', 'ERIP'],
  [9201, 'Inpatient Visit', 'Visit', 'Visit', 'Visit', 'IP'],
  [9202, 'Outpatient Visit', 'Visit', 'Visit', 'Visit', 'OP'],
  [9203, 'Emergency Room Visit', 'Visit', 'Visit', 'Visit', 'ER'],
  [5083, 'Telehealth', 'Visit', 'Visit', 'Visit', 'OMOP generated'],
  [581385, 'Observation Room', 'Visit', 'Visit', 'Visit', 'OMOP generated'],
  [581476, 'Home Visit', 'Visit', 'Visit', 'Visit', 'OMOP generated'],
  [581478, 'Ambulance Visit', 'Visit', 'Visit', 'Visit', 'OMOP generated'],
  [42898160, 'Non-hospital institution Visit', 'Visit', 'Visit', 'Visit', 'LTCP'],
  [Concept.ehr, 'EHR', 'Type Concept', 'Type Concept', 'Type Concept', 'OMOP4976890'],
  [
    Concept.ehrAdministration,
    'EHR administration record',
    'Type Concept',
    'Type Concept',
    'Type Concept',
    'OMOP4976891',
  ],
  [Concept.ehrEncounter, 'EHR encounter record', 'Type Concept', 'Type Concept', 'Type Concept', 'OMOP4976900'],
  [Concept.ehrPrescription, 'EHR prescription', 'Type Concept', 'Type Concept', 'Type Concept', 'OMOP4976911'],
  [Concept.ehrProblemList, 'EHR problem list', 'Type Concept', 'Type Concept', 'Type Concept', 'OMOP4976913'],
  [
    Concept.allergyToDrug,
    'Allergy to drug',
    'Observation',
    'SNOMED',
    'Clinical Finding',
    ALLERGY_CODES[Concept.allergyToDrug],
  ],
  [
    Concept.allergyToSubstance,
    'Allergy to substance',
    'Observation',
    'SNOMED',
    'Clinical Finding',
    ALLERGY_CODES[Concept.allergyToSubstance],
  ],
  [
    Concept.allergyToFood,
    'Food allergy',
    'Observation',
    'SNOMED',
    'Clinical Finding',
    ALLERGY_CODES[Concept.allergyToFood],
  ],
  [Concept.measurementId, 'measurement.measurement_id', 'Metadata', 'CDM', 'Field', 'measurement.measurement_id'],
  [Concept.cdm54, 'OMOP CDM Version 5.4.0', 'Metadata', 'CDM', 'CDM', 'CDM v5.4.0'],
];

/**
 * The rows of the concept table that no CDM of ours is without, so that its foreign keys hold where nobody has Athena's files.
 * Who loads these takes Athena's rows in their place: ids and names are the same.
 */
export const OWN_CONCEPTS: Row[] = [
  row([0, 'No matching concept', 'Metadata', 'None', 'Undefined', 'No matching concept'], undefined),
  ...USED.map((concept) => row(concept, 'S')),
];

function row([id, name, domain, vocabulary, kind, code]: (typeof USED)[number], standard: string | undefined): Row {
  return {
    concept_id: id,
    concept_name: name,
    domain_id: domain,
    vocabulary_id: vocabulary,
    concept_class_id: kind,
    standard_concept: standard,
    concept_code: code,
    ...ALWAYS_VALID,
  };
}
