import { type EventKind, System } from '@ehrsynth/records';

/** A code system as codes of MEDS name it. */
interface KnownSystem {
  uri: string;
  /** As we write it: OMOP's vocabulary_id, as most datasets have it. */
  name: string;
  /** Further names that are read; capitals, dashes, blanks and underscores play no part. */
  also?: string[];
  /** Kind of its codes, where it has codes of one kind. */
  kind?: EventKind;
}

const SYSTEMS: KnownSystem[] = [
  { uri: System.icd10cm, name: 'ICD10CM', kind: 'condition' },
  { uri: System.icd9cm, name: 'ICD9CM', also: ['ICD9'], kind: 'condition' },
  { uri: 'http://hl7.org/fhir/sid/icd-10', name: 'ICD10', also: ['ICD10WHO'], kind: 'condition' },
  { uri: System.icd10pcs, name: 'ICD10PCS', kind: 'procedure' },
  { uri: System.icd9proc, name: 'ICD9Proc', also: ['ICD9PCS'], kind: 'procedure' },
  { uri: System.cpt, name: 'CPT4', also: ['CPT'], kind: 'procedure' },
  { uri: System.hcpcs, name: 'HCPCS', kind: 'procedure' },
  { uri: System.ndc, name: 'NDC', also: ['NDC11'], kind: 'drug' },
  { uri: System.rxnorm, name: 'RxNorm', also: ['RXCUI'], kind: 'drug' },
  { uri: System.atc, name: 'ATC', kind: 'drug' },
  { uri: System.cvx, name: 'CVX', kind: 'immunization' },
  { uri: System.loinc, name: 'LOINC', also: ['LNC'], kind: 'measurement' },
  { uri: System.snomed, name: 'SNOMED', also: ['SNOMEDCT', 'SNOMEDCTUS', 'SCT'] },
];

const BY_NAME = new Map(
  SYSTEMS.flatMap((system) =>
    [system.name, ...(system.also ?? [])].map((name): [string, KnownSystem] => [plain(name), system]),
  ),
);
const NAMES = new Map(SYSTEMS.map(({ uri, name }) => [uri, name]));
const KINDS = new Map(SYSTEMS.map(({ uri, kind }) => [uri, kind]));

/** The URI of a system by its name in a code (ICD10CM, ICD-10-CM, SNOMED CT); undefined where it is not known. */
export function systemNamed(name: string): string | undefined {
  return BY_NAME.get(plain(name))?.uri;
}

/** What a code of MEDS calls a system; undefined for one that has no name here. */
export function nameOfSystem(uri: string): string | undefined {
  return NAMES.get(uri);
}

/** The kind of a system's codes; undefined where it has codes of several, and where the system is not known. */
export function kindOfSystem(uri: string): EventKind | undefined {
  return KINDS.get(uri);
}

function plain(name: string): string {
  return name.replace(/[-\s_.]/g, '').toUpperCase();
}
