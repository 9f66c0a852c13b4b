import { System } from '@ehrsynth/records';
import { coded, hl7, RIGHT } from '../right-resources.ts';
import type { BrokenRow, KindOfFault, RightRow } from './kind-of-fault.ts';

/** They claim no profile, which would ask for codes of other systems. */
const procedure = { ...RIGHT.procedure, meta: undefined };
const encounter = { ...RIGHT.encounter, meta: undefined };
const HCPCS = 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets';

const broken = (what: string, system: string, code: string): BrokenRow => [
  what,
  procedure,
  { code: coded(system, code) },
  'code',
  'Procedure.code.coding[0]',
];
const right = (what: string, system: string, code: string): RightRow => [
  what,
  procedure,
  { code: coded(system, code) },
];

/** Codes that cannot be of the system that they name. */
export const CODE_FORMS: KindOfFault = {
  broken: [
    broken('a CPT code called ICD-10-PCS', System.icd10pcs, '99213'),
    broken('an ICD-10-PCS code with the letter O', System.icd10pcs, '0DTJ4ZO'),
    broken('a HCPCS code called CPT', System.cpt, 'J1885'),
    broken('an ICD-10-CM code called HCPCS', HCPCS, 'E11.9'),
    broken('an ICD-9-CM code called ICD-10-CM', System.icd10cm, '250.00'),
    broken('an ICD-10-CM code called ICD-9-CM', System.icd9cm, 'E11.9'),
    broken('a diagnosis called a procedure of ICD-9-CM', System.icd9proc, '250.00'),
    broken('a LOINC code with a wrong check digit', System.loinc, '4548-5'),
    broken('a LOINC code under the system of SNOMED CT', System.snomed, '34552-0'),
    broken('a SNOMED CT code with a wrong check digit', System.snomed, '22298007'),
    broken('the description of a SNOMED CT concept', System.snomed, '751689013'),
    broken('an expression with an identifier that is none', System.snomed, '22298006:363698007=71620001'),
    broken('a SNOMED CT code of 8 digits called NDC', System.ndc, '38341003'),
    broken('a SNOMED CT code of 9 digits called NDC', System.ndc, '195967001'),
    broken('an NDC of zeros', System.ndc, '00000-0000-00'),
    broken('a drug by its name', System.rxnorm, 'metformin'),
    broken('a vaccine by its name', System.cvx, 'influenza'),
    broken('an ATC code of 6 characters', System.atc, 'A10BA2'),
    broken('a dental code that is none', 'http://www.ada.org/cdt', 'J1885'),
    broken('a CPT code under the OID of ICD-10-PCS', 'urn:oid:2.16.840.1.113883.6.4', '99213'),
    [
      'the OID of LOINC',
      procedure,
      { code: coded('urn:oid:2.16.840.1.113883.6.1', '4548-4') },
      'code',
      'Procedure.code.coding[0]',
      'warning',
    ],
    [
      'a class that v3-ActCode lacks',
      encounter,
      { class: hl7('v3-ActCode', 'OUTPATIENT').coding[0] },
      'code',
      'Encounter.class',
    ],
    ['a class in small letters', encounter, { class: hl7('v3-ActCode', 'amb').coding[0] }, 'code', 'Encounter.class'],
    [
      'a class of another system',
      encounter,
      { class: hl7('v2-0004', 'O').coding[0] },
      'binding',
      'Encounter.class',
      'warning',
    ],
  ],
  right: [
    right('an ICD-10-PCS code', System.icd10pcs, '0DTJ4ZZ'),
    right('a CPT code', System.cpt, '99213'),
    right('a CPT code of category III', System.cpt, '0042T'),
    right('a CPT code with its modifier', System.cpt, '99213:25'),
    right('a HCPCS code', HCPCS, 'J1885'),
    right('a CPT code as HCPCS, whose level I it is', HCPCS, '99213'),
    right('an ICD-9-CM diagnosis without its dot', System.icd9cm, '25000'),
    right('an ICD-9-CM procedure', System.icd9proc, '99.04'),
    right('an ICD-10-CM code without its dot', System.icd10cm, 'E119'),
    right('a LOINC code', System.loinc, '100000-9'),
    right('an answer of LOINC', System.loinc, 'LA33-6'),
    right('a SNOMED CT code with a namespace', System.snomed, '900000000000207008'),
    right('a SNOMED CT expression', System.snomed, '22298006:363698007=71620000'),
    right('an NDC with hyphens', System.ndc, '0002-1200-30'),
    right('an RxNorm code', System.rxnorm, '860975'),
    right('a vaccine', System.cvx, '08'),
    right('an ATC class', System.atc, 'A10B'),
    right('a dental code', 'http://www.ada.org/cdt', 'D0120'),
    right('a code of a system whose form is not known', 'urn:oid:1.2.36.1', '99213'),
    ['a class that v3-ActCode has', encounter, { class: hl7('v3-ActCode', 'OBSENC').coding[0] }],
  ],
};
