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
};

/** The system's usual name, or its URI where it has none here. */
export function systemName(uri: string): string {
  return NAMES[uri] ?? uri;
}
