import { type EventKind, type Sex, System } from '@ehrsynth/records';

/** Standard concepts of OHDSI's vocabularies, by their ids. */
export const Concept = {
  none: 0,
  /** Type concepts: where in an electronic health record something stands. */
  ehr: 32817,
  ehrEncounter: 32827,
  ehrPrescription: 32838,
  ehrProblemList: 32840,
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

/** HL7 v3-ActCode of an encounter's class → visit_concept_id. */
export const VISIT: Record<string, number> = {
  AMB: 9202,
  EMER: 9203,
  IMP: 9201,
  ACUTE: 9201,
  NONAC: 9201,
  SS: 9201,
  OBSENC: 581385,
  HH: 581476,
  VR: 5083,
};

/** Code system URI → OHDSI's vocabulary_id. */
export const VOCABULARY_IDS: Record<string, string> = {
  [System.icd10cm]: 'ICD10CM',
  [System.icd9cm]: 'ICD9CM',
  [System.icd10pcs]: 'ICD10PCS',
  [System.icd9proc]: 'ICD9Proc',
  [System.cpt]: 'CPT4',
  [System.hcpcs]: 'HCPCS',
  [System.ndc]: 'NDC',
  [System.rxnorm]: 'RxNorm',
  [System.atc]: 'ATC',
  [System.snomed]: 'SNOMED',
  [System.loinc]: 'LOINC',
  [System.cvx]: 'CVX',
};

/** The other way round. */
export const SYSTEMS: Record<string, string> = Object.fromEntries(
  Object.entries(VOCABULARY_IDS).map(([system, id]) => [id, system]),
);

/** The system of source values without a source concept. */
export const USUAL_SYSTEM: Record<EventKind, string> = {
  condition: System.icd10cm,
  drug: System.ndc,
  procedure: System.icd10pcs,
  measurement: System.loinc,
};

/** Vocabularies whose codes are of one kind, whatever table the domain of their standard concept puts them in. */
export const KIND_OF_VOCABULARY: Record<string, EventKind> = {
  ICD10CM: 'condition',
  ICD9CM: 'condition',
  NDC: 'drug',
  RxNorm: 'drug',
  ATC: 'drug',
  CVX: 'drug',
  ICD10PCS: 'procedure',
  ICD9Proc: 'procedure',
  CPT4: 'procedure',
  LOINC: 'measurement',
};

/** Vocabularies in which codes are looked for when standard concepts are mapped back. */
export const SOURCE_VOCABULARY: Record<EventKind, string> = {
  condition: 'ICD10CM',
  drug: 'NDC',
  procedure: 'ICD10PCS',
  measurement: 'LOINC',
};

/** Concepts of one's own begin here, by OHDSI's convention. */
export const FIRST_LOCAL_CONCEPT = 2_000_000_001;

/** concept_class_id of the concepts that we make for source codes. */
export const SOURCE_CODE = 'Source code';
