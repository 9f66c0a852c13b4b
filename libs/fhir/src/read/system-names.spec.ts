import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { looksLike, understoodSystem } from './system-names.ts';
import { SystemAliases } from './systems.ts';

const SPELLINGS: [system: string, spellings: string[]][] = [
  [
    System.icd10cm,
    [
      'http://hl7.org/fhir/sid/icd-10-cm/',
      'https://hl7.org/fhir/sid/icd-10-cm',
      'HTTP://HL7.ORG/fhir/sid/ICD-10-CM',
      ' http://hl7.org/fhir/sid/icd-10-cm\t',
      'http://hl7.org/fhir/sid/icd-10-cm|2024',
      'http://hl7.org/fhir/sid/icd-10-cm#',
      'http://hl7.org/fhir/sid/icd-10-us',
      'http://www.nlm.nih.gov/research/umls/icd10cm',
      'http://terminology.hl7.org/CodeSystem/icd10cm',
      'http://purl.bioontology.org/ontology/ICD10CM',
      '2.16.840.1.113883.6.90',
      'urn:oid:2.16.840.1.113883.6.90',
      'URN:OID:2.16.840.1.113883.6.90',
      'oid:2.16.840.1.113883.6.90',
      'ICD-10-CM',
      'ICD10CM',
      'icd10-cm',
      'I10C',
    ],
  ],
  [
    System.icd9cm,
    [
      'http://hl7.org/fhir/sid/icd-9-cm/diagnosis',
      'http://terminology.hl7.org/CodeSystem/icd9cm',
      'http://terminology.hl7.org/CodeSystem/ICD-9CM-diagnosiscodes',
      'http://www.nlm.nih.gov/research/umls/icd9cm',
      'https://www.cms.gov/Medicare/Coding/ICD9ProviderDiagnosticCodes',
      '2.16.840.1.113883.6.103',
      'ICD-9-CM',
    ],
  ],
  [
    System.icd9proc,
    ['https://hl7.org/fhir/sid/icd-9-cm/procedure/', 'http://terminology.hl7.org/CodeSystem/ICD-9CM-procedurecodes'],
  ],
  [
    System.icd10pcs,
    [
      'https://www.cms.gov/Medicare/Coding/ICD10/',
      'http://hl7.org/fhir/sid/icd-10-pcs',
      'http://www.icd10data.com/icd10pcs',
      'http://www.nlm.nih.gov/research/umls/icd10pcs',
      'ICD-10-PCS',
    ],
  ],
  [
    System.cpt,
    [
      'http://www.ama-assn.org/go/cpt/',
      'https://ama-assn.org/go/CPT',
      'http://terminology.hl7.org/CodeSystem/CPT',
      'CPT',
      'CPT-4',
      'C4',
    ],
  ],
  [
    System.hcpcs,
    [
      'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
      'http://terminology.hl7.org/CodeSystem/HCPCS',
      'http://terminology.hl7.org/CodeSystem/cms-hcpcs',
      'https://bluebutton.cms.gov/resources/codesystem/hcpcs',
      'http://www.cms.gov/Medicare/Coding/MedHCPCSGenInfo',
      'urn:oid:2.16.840.1.113883.6.285',
    ],
  ],
  [
    System.ndc,
    [
      'http://hl7.org/fhir/sid/ndc/',
      'https://hl7.org/fhir/sid/ndc',
      'http://www.nlm.nih.gov/research/umls/ndc',
      'http://www.fda.gov/Drugs/InformationOnDrugs',
      '2.16.840.1.113883.6.69',
      'NDC',
    ],
  ],
  [
    System.rxnorm,
    [
      'https://www.nlm.nih.gov/research/umls/rxnorm',
      'http://www.nlm.nih.gov/research/umls/RXNORM/',
      'RxNorm',
      'urn:oid:2.16.840.1.113883.6.88',
    ],
  ],
  [System.atc, ['http://www.whocc.no/ATC', 'https://whocc.no/atc/', 'ATC']],
  [
    System.snomed,
    [
      'https://snomed.info/sct',
      'http://snomed.info/sct/731000124108',
      'http://snomed.info/sct/731000124108/version/20240301',
      'http://www.nlm.nih.gov/research/umls/snomedct_us',
      'http://terminology.hl7.org/CodeSystem/v3-snomed-CT',
      'SNOMED-CT',
      'SNOMED CT',
    ],
  ],
  [
    System.loinc,
    [
      'http://loinc.org/',
      'https://loinc.org',
      'http://www.loinc.org',
      'LOINC',
      'http://www.nlm.nih.gov/research/umls/lnc',
      '2.16.840.1.113883.6.1',
    ],
  ],
  [
    System.cvx,
    ['https://hl7.org/fhir/sid/cvx', 'http://www2a.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx', 'CVX'],
  ],
];

describe('understoodSystem', () => {
  it.each(SPELLINGS.flatMap(([system, spellings]) => [system, ...spellings].map((text) => ({ text, system }))))(
    'reads $text as $system',
    ({ text, system }) => expect(understoodSystem(text)).toBe(system),
  );

  it.each([
    ['http://hl7.org/fhir/sid/icd-10', "WHO's ICD-10 is another system"],
    ['http://fhir.de/CodeSystem/bfarm/icd-10-gm', "and so is Germany's"],
    ['http://hospital.example/CodeSystem/Local', 'one of its own'],
    ['urn:oid:1.2.840.114350.1.13.0.1.7.5.1', "Epic's"],
    ['http://snomed.info/sctx', 'not SNOMED CT'],
  ])('leaves %s as it is: %s', (system) => expect(understoodSystem(system)).toBe(system));

  it.each([
    ['1.2.840.114350.1.13.0.1.7.5.1', 'urn:oid:1.2.840.114350.1.13.0.1.7.5.1'],
    [' http://hospital.example/cs|1.0', 'http://hospital.example/cs'],
    ['0C2F1A7E-6D0B-4C60-9D5E-0F5B7C2A9B11', 'urn:uuid:0c2f1a7e-6d0b-4c60-9d5e-0f5b7c2a9b11'],
  ])('writes %s as a URI', (text, system) => expect(understoodSystem(text)).toBe(system));

  it.each(['ICD-10', 'local', 'Epic EDG', 'http://x.org/with space', '/relative', 'CodeSystem/1', 'constructor'])(
    'takes %s for no URI',
    (text) => expect(understoodSystem(text)).toBeUndefined(),
  );
});

it.each([
  ['http://mimic.example/CodeSystem/mimic-diagnosis-icd10', 'icd-10-cm'],
  ['http://mimic.example/CodeSystem/mimic-procedure-icd10', 'icd-10-pcs'],
  ['http://mimic.example/CodeSystem/mimic-diagnosis-icd9', 'icd-9-cm'],
  ['http://mimic.example/CodeSystem/mimic-medication-ndc', 'ndc'],
  ['http://loinc', 'loinc'],
  ['ICD-10', 'icd-10-cm'],
  ['http://hl7.org/fhir/sid/icd-10', undefined],
  ['http://fhir.de/CodeSystem/bfarm/icd-10-gm', undefined],
  ['http://hospital.example/CodeSystem/handcpt', undefined],
  ['urn:ohdsi:vocabulary:RxNorm%20Extension', undefined],
])('%s looks like %s', (system, name) => expect(looksLike(system)).toBe(name));

describe('SystemAliases', () => {
  it('goes by what the user says before what it knows', () => {
    const aliases = new SystemAliases(['local=icd-10-cm', 'http://loinc.org=http://own.example/loinc']);
    expect(aliases.resolve('local')).toBe(System.icd10cm);
    expect(aliases.resolve(' local ')).toBe(System.icd10cm);
    expect(aliases.resolve('http://loinc.org')).toBe('http://own.example/loinc');
    expect(aliases.resolve('https://loinc.org/')).toBe('http://own.example/loinc');
  });
});
