/** Code systems by their FHIR URIs. */
export const System = {
  icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm',
  icd9cm: 'http://hl7.org/fhir/sid/icd-9-cm',
  icd10pcs: 'http://www.cms.gov/Medicare/Coding/ICD10',
  icd9proc: 'http://hl7.org/fhir/sid/icd-9-cm/procedure',
  cpt: 'http://www.ama-assn.org/go/cpt',
  hcpcs: 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  ndc: 'http://hl7.org/fhir/sid/ndc',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  atc: 'http://www.whocc.no/atc',
  snomed: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  cvx: 'http://hl7.org/fhir/sid/cvx',
} as const;

/** The system of units of measure. */
export const UCUM = 'http://unitsofmeasure.org';

const NAMES: Record<string, string> = {
  [System.icd10cm]: 'ICD-10-CM',
  [System.icd9cm]: 'ICD-9-CM',
  [System.icd10pcs]: 'ICD-10-PCS',
  [System.icd9proc]: 'ICD-9-CM procedures',
  [System.cpt]: 'CPT',
  [System.hcpcs]: 'HCPCS',
  [System.ndc]: 'NDC',
  [System.rxnorm]: 'RxNorm',
  [System.atc]: 'ATC',
  [System.snomed]: 'SNOMED CT',
  [System.loinc]: 'LOINC',
  [System.cvx]: 'CVX',
  'http://hl7.org/fhir/sid/icd-10': 'ICD-10',
  'http://fhir.de/CodeSystem/bfarm/icd-10-gm': 'ICD-10-GM',
  'http://fhir.de/CodeSystem/bfarm/ops': 'OPS',
  'https://fhir.hl7.org.uk/CodeSystem/OPCS-4': 'OPCS-4',
  'https://dmd.nhs.uk': 'dm+d',
  [UCUM]: 'UCUM',
  'http://read.info/readv2': 'Read Codes version 2',
  'https://www.nlm.nih.gov/mesh': 'MeSH',
  'https://www.meddra.org': 'MedDRA',
  'http://hl7.org/fhir/ndfrt': 'NDF-RT',
};

/** Before the percent-encoded vocabulary_id of an OHDSI vocabulary that HL7 has no URI for. */
export const OMOP_VOCABULARY = 'urn:ohdsi:vocabulary:';
/** Before the table of the OMOP CDM whose source values are the codes, where nothing says of which system they are. */
export const SOURCE_VALUE_OF = 'urn:ehrsynth:source-value-of:';
/** The concept_id of OHDSI's vocabularies as the code. */
export const OMOP_CONCEPT = 'https://fhir-terminology.ohdsi.org';

/** The system's usual name, or its URI where it has none here. */
export function systemName(uri: string): string {
  if (Object.hasOwn(NAMES, uri)) return NAMES[uri];
  if (uri === OMOP_CONCEPT) return 'OMOP concept ids';
  if (uri.startsWith(SOURCE_VALUE_OF)) return `source value of ${uri.slice(SOURCE_VALUE_OF.length)}`;
  if (uri.startsWith(OMOP_VOCABULARY)) return `${decoded(uri.slice(OMOP_VOCABULARY.length))} (OMOP vocabulary)`;
  return uri;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
