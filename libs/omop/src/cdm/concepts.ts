import type { EventKind, Sex } from '@ehrsynth/records';

/** Standard concepts of OHDSI's vocabularies, by their ids. */
export const Concept = {
  none: 0,
  /** Type concepts: where in an electronic health record something stands. */
  ehr: 32817,
  ehrAdministration: 32818,
  ehrEncounter: 32827,
  ehrPrescription: 32838,
  ehrProblemList: 32840,
  /** What a patient is allergic to stands in the value: OHDSI's convention. @see https://github.com/OHDSI/Themis/issues/59 */
  allergyToDrug: 439224,
  allergyToSubstance: 4169307,
  allergyToFood: 4188027,
  /** Which field an event_id is of. */
  measurementId: 1147138,
  /** CDM version 5.4. */
  cdm54: 756265,
} as const;

/** FHIR administrative gender → gender_concept_id. */
export const GENDER: Record<Sex, number> = { male: 8507, female: 8532, other: 0, unknown: 0 };

/** CDC race code → race_concept_id. */
export const RACE: Record<string, number> = {
  '1002-5': 8657,
  '2028-9': 8515,
  '2054-5': 8516,
  '2076-8': 8557,
  '2106-3': 8527,
};

/** CDC ethnicity code → ethnicity_concept_id. */
export const ETHNICITY: Record<string, number> = { '2135-2': 38003563, '2186-5': 38003564 };

/** HL7 v3-ActCode of an encounter's class → visit_concept_id: each has a standard concept, of the class itself or of what it is a kind of. */
export const VISIT: Record<string, number> = {
  AMB: 9202,
  EMER: 9203,
  IMP: 9201,
  ACUTE: 9201,
  NONAC: 42898160,
  SS: 9201,
  OBSENC: 581385,
  HH: 581476,
  VR: 5083,
  FLD: 581478,
  PRENC: 9202,
};

/**
 * Vocabularies of diagnoses alone, of drugs alone and of vaccines alone: their codes are of one kind, whatever table the domain of their standard concept
 * puts them in. Those of procedures and of observations (CPT-4, HCPCS, OPCS-4, LOINC) are not among them: a laboratory test in CPT-4 is a
 * measurement.
 */
export const KIND_OF_VOCABULARY: Record<string, EventKind> = {
  ICD10CM: 'condition',
  ICD9CM: 'condition',
  ICD10: 'condition',
  ICD10GM: 'condition',
  ICD10CN: 'condition',
  KCD7: 'condition',
  CIM10: 'condition',
  NDC: 'drug',
  RxNorm: 'drug',
  'RxNorm Extension': 'drug',
  ATC: 'drug',
  CVX: 'immunization',
};

/** Its codes are procedures in any table, but where a row has a number or an answer: that one is what was measured. */
export const PROCEDURE_VOCABULARY = 'ICD10PCS';

/** What the concepts of a domain are as events: the first part, as "Condition/Meas" of old vocabularies. */
export const KIND_OF_DOMAIN: Record<string, EventKind> = {
  Condition: 'condition',
  Drug: 'drug',
  Procedure: 'procedure',
  Measurement: 'measurement',
  Meas: 'measurement',
};

/** Vocabularies in which codes are looked for when standard concepts are mapped back. */
export const SOURCE_VOCABULARY: Record<EventKind, string> = {
  condition: 'ICD10CM',
  drug: 'NDC',
  procedure: 'ICD10PCS',
  measurement: 'LOINC',
  immunization: 'CVX',
  allergy: 'RxNorm',
};

/** Concepts of one's own begin here, by OHDSI's convention. */
export const FIRST_LOCAL_CONCEPT = 2_000_000_001;

/** concept_class_id of the concepts that we make for source codes, and for those of vaccines. */
export const SOURCE_CODE = 'Source code';
export const VACCINE = 'Vaccine';
