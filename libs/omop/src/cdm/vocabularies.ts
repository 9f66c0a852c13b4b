import { createHash } from 'node:crypto';
import { OMOP_VOCABULARY, System } from '@ehrsynth/records';

/**
 * OHDSI's vocabulary_id → the URI of the same code system as HL7's terminology has it (terminology.hl7.org, external code systems;
 * the German ones as HL7 Germany has them, OPCS-4 as HL7 UK). Not here, for their codes are not those of the system that has the name:
 * Race and Gender (OHDSI's own codes), DRG (DRG and MS-DRG in one), and national editions of SNOMED CT.
 */
const HL7: Record<string, string> = {
  ATC: System.atc,
  CDT: 'http://www.ada.org/cdt',
  ClinVar: 'http://www.ncbi.nlm.nih.gov/clinvar',
  'CMS Place of Service': 'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set',
  CPT4: System.cpt,
  Currency: 'urn:iso:std:iso:4217',
  CVX: System.cvx,
  'dm+d': 'https://dmd.nhs.uk',
  HCPCS: System.hcpcs,
  HGNC: 'http://www.genenames.org',
  ICD10: 'http://hl7.org/fhir/sid/icd-10',
  ICD10CM: System.icd10cm,
  ICD10GM: 'http://fhir.de/CodeSystem/bfarm/icd-10-gm',
  ICD10PCS: System.icd10pcs,
  ICD9CM: System.icd9cm,
  ICD9Proc: System.icd9proc,
  ICDO3: 'http://terminology.hl7.org/CodeSystem/icd-o-3',
  LOINC: System.loinc,
  MEDRT: 'http://va.gov/terminology/medrt',
  MedDRA: 'https://www.meddra.org',
  MeSH: 'https://www.nlm.nih.gov/mesh',
  NCIt: 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl',
  NDC: System.ndc,
  NDFRT: 'http://hl7.org/fhir/ndfrt',
  NUCC: 'http://nucc.org/provider-taxonomy',
  OPCS4: 'https://fhir.hl7.org.uk/CodeSystem/OPCS-4',
  OPS: 'http://fhir.de/CodeSystem/bfarm/ops',
  Read: 'http://read.info/readv2',
  'Revenue Code': 'https://www.nubc.org/CodeSystem/RevenueCodes',
  RxNorm: System.rxnorm,
  SNOMED: System.snomed,
  'UB04 Point of Origin': 'https://www.nubc.org/CodeSystem/PointOfOrigin',
  'UB04 Pri Typ of Adm': 'https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit',
  'UB04 Pt dis status': 'https://www.nubc.org/CodeSystem/PatDischargeStatus',
  'UB04 Typ bill': 'https://www.nubc.org/CodeSystem/TypeOfBill',
  UCUM: 'http://unitsofmeasure.org',
  UNII: 'http://fdasis.nlm.nih.gov',
};

const IDS = new Map(Object.keys(HL7).map((id) => [keyOf(id), id]));
const BY_SYSTEM = new Map(Object.entries(HL7).map(([id, system]) => [system, id]));
/** Before the hash in the id of a system that no vocabulary of OHDSI's stands for. */
const OURS = 'ehrsynth ';
/** Hexadecimal digits that fit into 20 characters after it: 44 bits. */
const HASH_DIGITS = 11;
/** varchar(20) */
const LONGEST_ID = 20;

/**
 * The system of a vocabulary: HL7's URI where there is one, else urn:ohdsi:vocabulary: and its id. What it is is decided by
 * `vocabulary_id` alone, which OHDSI's own are known by in capitals and small letters; its reference counts only where our export
 * wrote it, of which the id is a hash.
 * @param reference vocabulary_reference
 */
export function systemOfVocabulary(id: string, reference?: string | null): string {
  if (reference && id === ownId(reference)) return reference;
  const known = IDS.get(keyOf(id));
  return known === undefined ? `${OMOP_VOCABULARY}${encodeURIComponent(id.replace(/\p{Cs}/gu, '\ufffd'))}` : HL7[known];
}

/**
 * The vocabulary of a system: OHDSI's, or an id of 20 characters that is a hash of the URI, so that two systems never share one and the
 * same system has the same in every export. `systemOfVocabulary` finds the system again.
 */
export function vocabularyOfSystem(system: string): string {
  return ohdsiVocabulary(system) ?? ownId(system);
}

/** OHDSI's vocabulary_id of a system; undefined where it has none, or one that no vocabulary_id has room for. */
export function ohdsiVocabulary(system: string): string | undefined {
  const known = BY_SYSTEM.get(system);
  if (known !== undefined) return known;
  if (!system.startsWith(OMOP_VOCABULARY)) return undefined;
  const id = decoded(system.slice(OMOP_VOCABULARY.length));
  if (id === undefined || id === '' || [...id].length > LONGEST_ID) return undefined;
  // Another writing of the same id is another system.
  return systemOfVocabulary(id) === system ? id : undefined;
}

function ownId(system: string): string {
  return OURS + createHash('sha256').update(system).digest('hex').slice(0, HASH_DIGITS);
}

function keyOf(id: string): string {
  return id.trim().toLowerCase();
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
