import { OMOP_VOCABULARY, System } from '@ehrsynth/records';

/**
 * What a system is called without its punctuation, in the last part of a URI or alone: HL7's table 0396, UMLS, THO, and
 * names as vendors write them. "ICD-10" and "ICD-9" are not there: outside the USA they are other systems.
 */
const NAMES: Record<string, string[]> = {
  [System.icd10cm]: ['icd10cm', 'i10c', 'icd10us', 'icd10cmdiagnosis', 'icd10diagnosis', 'icd10dx', 'icd10cmcodes'],
  [System.icd9cm]: [
    'icd9cm',
    'i9c',
    'icd9cmdiagnosis',
    'icd9cmdiagnosiscodes',
    'i9cdx',
    'icd9dx',
    'icd9providerdiagnosticcodes',
  ],
  [System.icd10pcs]: ['icd10pcs', 'i10p', 'icd10procedure', 'icd10cmprocedure', 'icd10px'],
  [System.icd9proc]: ['icd9cmprocedure', 'icd9cmprocedurecodes', 'icd9procedure', 'i9cp', 'icd9px'],
  [System.cpt]: ['cpt', 'cpt4', 'c4', 'cptcodes', 'amacpt'],
  [System.hcpcs]: ['hcpcs', 'hcpc', 'hcpcslevelii', 'hcpcsreleasecodesets', 'cmshcpcs', 'cmshcpcscodes', 'hcpcscodes'],
  [System.ndc]: ['ndc', 'usndc', 'ndc11', 'fdandc', 'nationaldrugcode', 'nationaldrugcodes'],
  [System.rxnorm]: ['rxnorm', 'rxcui', 'rxnormcui'],
  [System.atc]: ['atc', 'whoatc', 'wc'],
  [System.snomed]: ['snomedct', 'snomed', 'sct', 'snomedctus', 'snomedctcore', 'snomedctinternational', 'scti'],
  [System.loinc]: ['loinc', 'lnc', 'ln', 'loinccodes'],
  [System.cvx]: ['cvx', 'cvxcodes', 'vaccineadministeredcvx'],
};

/** Under which they are named by their own or a common last part. */
const BASES = [
  'hl7.org/fhir/sid/',
  'terminology.hl7.org/codesystem/v3-',
  'terminology.hl7.org/codesystem/',
  'hl7.org/fhir/codesystem/',
  'nlm.nih.gov/research/umls/',
  'uts.nlm.nih.gov/uts/umls/vocabulary/',
  'bluebutton.cms.gov/resources/codesystem/',
  'bluebutton.cms.gov/fhir/codesystem/',
  'bluebutton.cms.gov/assets/ig/codesystem-',
  'cms.gov/medicare/coding/',
  'ama-assn.org/go/',
  'purl.bioontology.org/ontology/',
  'whocc.no/',
  'fda.gov/',
];

/** Whole URIs, without scheme and "www.", in small letters. */
const URIS: Record<string, string> = {
  'loinc.org': System.loinc,
  'snomed.org': System.snomed,
  'snomed.info/id': System.snomed,
  'ihtsdo.org': System.snomed,
  'icd10data.com/icd10pcs': System.icd10pcs,
  'cms.gov/medicare/coding/icd10': System.icd10pcs,
  'cms.gov/medicare/coding/medhcpcsgeninfo': System.hcpcs,
  'cms.gov/medicare/coding/icd9providerdiagnosticcodes': System.icd9cm,
  'hl7.org/fhir/sid/icd-9-cm/diagnosis': System.icd9cm,
  'hl7.org/fhir/sid/icd-9-cm/procedure': System.icd9proc,
  'fda.gov/drugs/informationondrugs': System.ndc,
  'fda.gov/drugs/informationondrugs/ucm142438.htm': System.ndc,
  '2a.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx': System.cvx,
  'cdc.gov/vaccines/programs/iis/code-sets.html': System.cvx,
  'phinvads.cdc.gov/vads/viewcodesystem.action?id=2.16.840.1.113883.12.292': System.cvx,
};

/** HL7's object identifiers. */
const OIDS: Record<string, string> = {
  '2.16.840.1.113883.6.90': System.icd10cm,
  '2.16.840.1.113883.6.103': System.icd9cm,
  '2.16.840.1.113883.6.2': System.icd9cm,
  '2.16.840.1.113883.6.104': System.icd9proc,
  '2.16.840.1.113883.6.4': System.icd10pcs,
  '2.16.840.1.113883.6.69': System.ndc,
  '2.16.840.1.113883.6.88': System.rxnorm,
  '2.16.840.1.113883.6.73': System.atc,
  '2.16.840.1.113883.6.96': System.snomed,
  '2.16.840.1.113883.6.1': System.loinc,
  '2.16.840.1.113883.6.12': System.cpt,
  '2.16.840.1.113883.6.14': System.hcpcs,
  '2.16.840.1.113883.6.285': System.hcpcs,
  '2.16.840.1.113883.12.292': System.cvx,
  '2.16.840.1.113883.6.59': System.cvx,
};

const SYSTEM_OF = new Map(
  Object.entries(NAMES).flatMap(([system, names]) => names.map((name) => [name, system] as const)),
);
const OID = /^(?:urn:)?(?:oid:)?([0-2](?:\.(?:0|[1-9]\d*))+)$/i;
const UUID = /^(?:urn:)?(?:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** Of OIDs and UUIDs that are none. */
const URN = /^urn:(?:oid|uuid):/i;
/** A URI that is relative to nothing, as the validator wants it. @see FHIR R4, datatypes, Coding.system */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:[^\s]+$/i;
/** Which system a URI or name that is not understood may mean, by what is in it; the first that fits. */
const LOOKS_LIKE: [pattern: RegExp, name: string][] = [
  [/icd.?10.?pcs|procedure.?icd.?10|icd.?10.?proc/, 'icd-10-pcs'],
  [/icd.?9.?(?:cm.?)?proc|procedure.?icd.?9/, 'icd-9-procedure'],
  [/icd.?10(?!\d)|icd10/, 'icd-10-cm'],
  [/icd.?9/, 'icd-9-cm'],
  [/rxnorm|rxcui/, 'rxnorm'],
  [/snomed/, 'snomed'],
  [/loinc/, 'loinc'],
  [/hcpcs/, 'hcpcs'],
  [/(?:^|[^a-z])ndc(?:[^a-z]|$)/, 'ndc'],
  [/(?:^|[^a-z])cpt(?:[^a-z]|$)/, 'cpt'],
  [/(?:^|[^a-z])cvx(?:[^a-z]|$)/, 'cvx'],
  [/(?:^|[^a-z])atc(?:[^a-z]|$)/, 'atc'],
];
/** National editions and WHO's own, which look like ICD-10-CM and are not. */
const OTHER_ICD = /icd-?10-?(?:gm|am|ca|fr|nl|who|se|uk|dachs)|\/sid\/icd-10(?:$|-(?!cm|pcs|us))|who\.int/;

/** The URI under which a system is known that may be written in another way, or as it stands but clean; undefined where it is no URI. */
export function understoodSystem(text: string): string | undefined {
  const [clean] = text.trim().split('|');
  const oid = OID.exec(clean)?.[1];
  if (oid) return OIDS[oid] ?? `urn:oid:${oid}`;
  const uuid = UUID.exec(clean)?.[1];
  if (uuid) return `urn:uuid:${uuid.toLowerCase()}`;
  const key = clean
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.?)?/, '')
    .replace(/[/#?]+$/, '');
  if (/^snomed\.info\/sct(?:\/|$)/.test(key)) return System.snomed;
  const whole = Object.hasOwn(URIS, key) ? URIS[key] : undefined;
  const base = whole ? undefined : BASES.find((one) => key.startsWith(one));
  const bare = !whole && !base && !clean.includes('/') ? key.replace(/^urn:(?:std:)?/, '') : undefined;
  const name = base ? key.slice(base.length) : bare;
  const known = whole ?? (name === undefined ? undefined : SYSTEM_OF.get(name.replace(/[^a-z0-9]/g, '')));
  return known ?? (ABSOLUTE.test(clean) && !URN.test(clean) ? clean : undefined);
}

/** The name of the system (as `--system-alias` takes it) that one of another name looks like. */
export function looksLike(system: string): string | undefined {
  const text = system.toLowerCase();
  // A vocabulary of OHDSI's that is not one of these: RxNorm Extension is not RxNorm.
  if (OTHER_ICD.test(text) || text.startsWith(OMOP_VOCABULARY)) return undefined;
  return LOOKS_LIKE.find(([pattern]) => pattern.test(text))?.[1];
}
