import fc from 'fast-check';
import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { codeFormFault } from './code-form.ts';

const RIGHT: Record<string, string[]> = {
  [System.icd10cm]: ['E11.9', 'E119', 'I10', 'C7A.00', 'Z3A.20', 'M1A.9XX0', 'S72.001A', 'U07.1', 'QA0.0101', 'e11.9'],
  [System.icd9cm]: ['250.00', '25000', 'V30.00', 'E849.0', '401', '99.04', '9904', '37'],
  [`${System.icd9cm}/diagnosis`]: ['250.00', 'V30', 'E8490'],
  [System.icd9proc]: ['99.04', '9904', '37'],
  [System.icd10pcs]: ['0DBJ8ZX', '02HV33Z', 'XW033E5', '5A1D70Z'],
  'http://hl7.org/fhir/sid/icd-10-pcs': ['0DBJ8ZX'],
  [System.cpt]: ['99213', '3074F', '0042T', '0001U', '0002M', '0001A', '99213:25', '99213:25,59', '25', 'P1'],
  [System.hcpcs]: ['J1885', 'G0438', 'A0428', 'U0003', '99213', '0042T', 'LT'],
  'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets': ['J1885'],
  'http://www.ada.org/cdt': ['D0120'],
  [System.loinc]: ['4548-4', '2345-7', '718-7', '100000-9', 'LP14635-4', 'LA33-6', 'LA11882-0', 'LL1001-8'],
  [System.snomed]: [
    '22298006',
    '73211009',
    '1149222004',
    '900000000000207008',
    '443165006 |Pathological fracture| : 363698007 |Finding site| = 71620000 |Bone structure of femur|',
    '=== 22298006 + 73211009:{116676008=72704001,363698007=71341001}{272741003=7771000}',
    '373873005:127489000=(372687004:411116001=385049006),732945000="mg",1142135004=#250',
  ],
  [System.rxnorm]: ['5640', '860975', '1', '12345678'],
  [System.ndc]: ['0002-1200-30', '50242-040-62', '51079030020', '0002120030', '50242-040', '502420040'],
  [System.cvx]: ['8', '08', '140', '213'],
  [System.atc]: ['A', 'A10', 'A10B', 'A10BA', 'A10BA02'],
};

const WRONG: [system: string, code: string, says: RegExp][] = [
  [System.icd10cm, '250.00', /letter/],
  [System.icd10cm, 'IMO0001', /letter/],
  [System.icd10cm, 'E11.', /dot/],
  [System.icd10cm, 'E11.9; I10', /letter/],
  [System.icd10cm, 'A00-A09', /letter/],
  [System.icd9cm, 'E11.9', /3 digits/],
  [`${System.icd9cm}/diagnosis`, '99.04', /3 digits/],
  [System.icd9proc, '250.00', /2 digits/],
  [System.icd10pcs, '99213', /not 7/],
  [System.icd10pcs, '0DBJ8ZO', /not 7/],
  [System.icd10pcs, 'E11.900', /section/],
  [System.cpt, 'E11.9', /5 digits/],
  [System.cpt, 'J1885', /5 digits/],
  [System.cpt, '992134', /5 digits/],
  [System.hcpcs, 'X1885', /A to V/],
  ['http://www.ada.org/cdt', 'J1885', /D and 4/],
  [System.loinc, '4548-5', /should be 4/],
  [System.loinc, '45484', /dash/],
  [System.loinc, 'LA33-5', /should be 6/],
  [System.loinc, 'glucose', /digits/],
  [System.snomed, '22298007', /Verhoeff/],
  [System.snomed, '12345', /6 to 18/],
  [System.snomed, '34552-0', /expression/],
  [System.snomed, '751689013', /description/],
  [System.snomed, '22298006: 363698007', /grammar/],
  [System.snomed, '22298007 |Myocardial infarction|', /22298007 .*Verhoeff/],
  [System.snomed, '(22298006', /grammar/],
  [System.rxnorm, 'metformin', /8 digits/],
  [System.rxnorm, '0', /first is not 0/],
  [System.ndc, '38341003', /11 digits/],
  [System.ndc, '195967001', /SNOMED/],
  [System.ndc, 'UNKNOWN', /1 to 9/],
  [System.ndc, '00000-0000-00', /1 to 9/],
  [System.ndc, '860975', /11 digits/],
  [System.cvx, 'flu', /3 digits/],
  [System.atc, 'A10BA2', /2 digits/],
];

describe('codeFormFault', () => {
  const rows = Object.entries(RIGHT).flatMap(([system, codes]) => codes.map((code) => ({ system, code })));

  it.each(rows)('lets $code of $system pass', ({ system, code }) => {
    expect(codeFormFault(system, code)).toBeUndefined();
  });

  it.each(WRONG)('says what is wrong with a code of %s: %s', (system, code, says) => {
    expect(codeFormFault(system, code)).toMatch(says);
  });

  it('judges no system whose form it does not know', () => {
    expect(codeFormFault('http://unitsofmeasure.org', 'mg/dL')).toBeUndefined();
    expect(codeFormFault('constructor', 'x')).toBeUndefined();
  });

  it.each([
    [System.snomed, ['22298006', '1149222004', '900000000000207008'], 1],
    [System.loinc, ['4548-4', '2345-7', '100000-9'], 0],
  ])('finds every change of one digit in a code of %s', (system, codes, first) => {
    const change = fc.tuple(fc.constantFrom(...codes), fc.nat(17), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(change, ([code, at, by]) => {
        const place = first + (at % (code.length - first));
        fc.pre(/\d/.test(code[place]));
        const other = String((Number(code[place]) + by) % 10);
        expect(codeFormFault(system, code.slice(0, place) + other + code.slice(place + 1))).toBeDefined();
      }),
    );
  });

  it('finds two neighbours of a SNOMED CT identifier that were exchanged', () => {
    expect(codeFormFault(System.snomed, '22290806')).toBeDefined();
    expect(codeFormFault(System.snomed, '73210109')).toBeDefined();
  });

  it('reads nested expressions of any depth without an error of its own', () => {
    expect(codeFormFault(System.snomed, '22298006:363698007=('.repeat(5000))).toMatch(/grammar/);
  });
});
