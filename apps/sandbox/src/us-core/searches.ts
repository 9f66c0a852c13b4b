/** What US Core asks of a server for one type. A search is its parameters, joined by +. */
export interface TypeSearches {
  shall: readonly string[];
  should: readonly string[];
  /** Parameters of what a reference points to. */
  chains?: readonly string[];
  /** `_include`: what is to come along. */
  includes?: readonly string[];
  /** `_revinclude=Provenance:target` */
  hasProvenance: boolean;
}

/**
 * The searches of US Core 6.1.0's server: the ones that it SHALL answer, and those that it SHOULD.
 * @see US Core 6.1.0, CapabilityStatement us-core-server
 */
export const US_CORE_SEARCHES: Readonly<Record<string, TypeSearches>> = {
  AllergyIntolerance: { shall: ['patient'], should: ['patient+clinical-status'], hasProvenance: true },
  CarePlan: {
    shall: ['patient+category'],
    should: ['patient+category+status', 'patient+category+date', 'patient+category+status+date'],
    hasProvenance: true,
  },
  CareTeam: { shall: ['patient+status'], should: ['role', 'patient+role'], hasProvenance: true },
  Condition: {
    shall: ['patient', 'patient+category'],
    should: [
      'patient+clinical-status',
      'patient+category+clinical-status',
      'patient+category+encounter',
      'patient+code',
      'patient+onset-date',
      'patient+abatement-date',
      'patient+asserted-date',
      'patient+recorded-date',
    ],
    hasProvenance: true,
  },
  Coverage: { shall: ['patient'], should: [], hasProvenance: true },
  Device: { shall: ['patient'], should: ['patient+type', 'patient+status'], hasProvenance: true },
  DiagnosticReport: {
    shall: ['patient', 'patient+category', 'patient+code', 'patient+category+date'],
    should: ['patient+status', 'patient+code+date'],
    hasProvenance: true,
  },
  DocumentReference: {
    shall: ['_id', 'patient', 'patient+category', 'patient+category+date', 'patient+type'],
    should: ['patient+status', 'patient+type+period'],
    hasProvenance: true,
  },
  Encounter: {
    shall: ['_id', 'patient', 'date+patient'],
    should: [
      'identifier',
      'class+patient',
      'patient+type',
      'patient+status',
      'patient+location',
      'patient+discharge-disposition',
    ],
    hasProvenance: true,
  },
  Goal: {
    shall: ['patient'],
    should: ['patient+lifecycle-status', 'patient+target-date', 'patient+description'],
    hasProvenance: true,
  },
  Immunization: { shall: ['patient'], should: ['patient+status', 'patient+date'], hasProvenance: true },
  Location: {
    shall: ['name', 'address'],
    should: ['address-city', 'address-state', 'address-postalcode'],
    hasProvenance: false,
  },
  MedicationDispense: {
    shall: ['patient'],
    should: ['patient+status', 'patient+status+type'],
    includes: ['MedicationDispense:medication'],
    hasProvenance: true,
  },
  MedicationRequest: {
    shall: ['patient+intent', 'patient+intent+status'],
    should: ['patient+intent+encounter', 'patient+intent+authoredon'],
    includes: ['MedicationRequest:medication'],
    hasProvenance: true,
  },
  Observation: {
    shall: ['patient+category', 'patient+code', 'patient+category+date'],
    should: ['patient+category+status', 'patient+code+date'],
    hasProvenance: true,
  },
  Organization: { shall: ['name', 'address'], should: [], hasProvenance: false },
  Patient: {
    shall: ['_id', 'identifier', 'name', 'birthdate+name', 'gender+name'],
    should: ['birthdate+family', 'family+gender', 'death-date+family'],
    hasProvenance: true,
  },
  Practitioner: { shall: ['name', 'identifier'], should: ['_id'], hasProvenance: false },
  PractitionerRole: {
    shall: ['specialty', 'practitioner'],
    should: [],
    chains: ['practitioner.identifier', 'practitioner.name'],
    includes: ['PractitionerRole:endpoint', 'PractitionerRole:practitioner'],
    hasProvenance: false,
  },
  Procedure: {
    shall: ['patient', 'patient+date'],
    should: ['patient+status', 'patient+code+date'],
    hasProvenance: true,
  },
  QuestionnaireResponse: {
    shall: ['_id', 'patient'],
    should: ['patient+status', 'patient+authored', 'patient+questionnaire'],
    hasProvenance: true,
  },
  RelatedPerson: { shall: ['_id'], should: ['patient', 'name', 'patient+name'], hasProvenance: true },
  ServiceRequest: {
    shall: ['_id', 'patient', 'patient+category', 'patient+category+authored', 'patient+code'],
    should: ['patient+status', 'patient+code+authored'],
    hasProvenance: true,
  },
  Specimen: { shall: ['_id'], should: ['patient'], hasProvenance: false },
};
