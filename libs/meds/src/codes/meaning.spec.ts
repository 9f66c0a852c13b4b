import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { type Meaning, meaningOf } from './meaning.ts';

const LOCAL = 'urn:meds:code';

/** kind system code unit, as far as they are there. */
function event(text: string): string {
  const meaning = meaningOf(text);
  if (meaning.is !== 'event') return JSON.stringify(meaning);
  const { kind = '?', code, unit } = meaning;
  return [kind, code.system, code.code, ...(unit === undefined ? [] : [unit])].join(' | ');
}

describe('what a code of MEDS says', () => {
  it.each([
    ['ICD10CM//E11.9', `condition | ${System.icd10cm} | E11.9`],
    ['ICD-10-CM//E11.9', `condition | ${System.icd10cm} | E11.9`],
    ['Diagnosis//ICD10CM//E11.9', `condition | ${System.icd10cm} | E11.9`],
    ['DIAGNOSIS//ICD//10//E119', `condition | ${System.icd10cm} | E119`],
    ['DIAGNOSIS//ICD//9//4019', `condition | ${System.icd9cm} | 4019`],
    ['PROCEDURE//ICD//10//0DTJ4ZZ', `procedure | ${System.icd10pcs} | 0DTJ4ZZ`],
    ['PROCEDURE//ICD//9//3893', `procedure | ${System.icd9proc} | 3893`],
    ['LAB//LOINC//4548-4//%', `measurement | ${System.loinc} | 4548-4 | %`],
    ['LOINC//8867-4///min', `measurement | ${System.loinc} | 8867-4 | /min`],
    ['LOINC//4548-4//UNK', `measurement | ${System.loinc} | 4548-4`],
    ['LOINC//4548-4//%//value_[5.7,6.5)', `measurement | ${System.loinc} | 4548-4 | %`],
    ['LOINC/4548-4', `measurement | ${System.loinc} | 4548-4`],
    ['RxNorm//860975', `drug | ${System.rxnorm} | 860975`],
    ['RxNorm/860975', `drug | ${System.rxnorm} | 860975`],
    ['MEDICATION//NDC//00093-1048-01', `drug | ${System.ndc} | 00093-1048-01`],
    ['CPT4/99213', `procedure | ${System.cpt} | 99213`],
    ['HCPCS//G0008', `procedure | ${System.hcpcs} | G0008`],
    ['CVX//140', `immunization | ${System.cvx} | 140`],
    ['Drug/RxNorm/860975', `drug | ${System.rxnorm} | 860975`],
    ['LAB//LOINC/2160-0//mg/dL', `measurement | ${System.loinc} | 2160-0 | mg/dL`],
    ['SNOMED/44054006', `? | ${System.snomed} | 44054006`],
    ['CONDITION//SNOMED CT//44054006', `condition | ${System.snomed} | 44054006`],
    ['http:%2F/example.org/x//a%2F/b', '? | http://example.org/x | a//b'],
  ])('%s is of a standard system', (text, expected) => expect(event(text)).toBe(expected));

  it.each([
    ['LAB//51221//%', `measurement | ${LOCAL} | LAB//51221 | %`],
    ['LAB//5043///hpf', `measurement | ${LOCAL} | LAB//5043 | /hpf`],
    ['LAB//5043///hpf//value_[0,5)', `measurement | ${LOCAL} | LAB//5043 | /hpf`],
    ['LAB//50912//mL/min/1.73m2', `measurement | ${LOCAL} | LAB//50912 | mL/min/1.73m2`],
    ['LAB//51463', `measurement | ${LOCAL} | LAB//51463`],
    ['SUBJECT_FLUID_OUTPUT//226559//ml', `measurement | ${LOCAL} | SUBJECT_FLUID_OUTPUT//226559 | ml`],
    ['SUBJECT_FLUID_OUTPUT//226559', `measurement | ${LOCAL} | SUBJECT_FLUID_OUTPUT//226559`],
    ['SUBJECT_WEIGHT_AT_INFUSION//KG', `measurement | ${LOCAL} | SUBJECT_WEIGHT_AT_INFUSION | KG`],
    ['LAB//51221//UNK', `measurement | ${LOCAL} | LAB//51221`],
    ['LAB//220052//mmHg//value_[60,70)', `measurement | ${LOCAL} | LAB//220052 | mmHg`],
    ['MEDICATION//START//Heparin', `drug | ${LOCAL} | MEDICATION//START//Heparin`],
    ['MEDICATION//Aspirin//Administered', `drug | ${LOCAL} | MEDICATION//Aspirin//Administered`],
    // MIMIC-IV's ETL writes titles after HCPCS.
    ['HCPCS//Hospital observation per hr', `procedure | ${LOCAL} | HCPCS//Hospital observation per hr`],
    ['STANFORD_OBS/xyz', `? | ${LOCAL} | STANFORD_OBS/xyz`],
    ['DRG//HCFA//871//SEPTICEMIA', `? | ${LOCAL} | DRG//HCFA//871//SEPTICEMIA`],
    ['Blood Pressure', `? | ${LOCAL} | Blood Pressure`],
    ['toString', `? | ${LOCAL} | toString`],
  ])('%s is of no known system', (text, expected) => expect(event(text)).toBe(expected));

  it.each<[string, Meaning]>([
    ['MEDS_BIRTH', { is: 'birth' }],
    ['MEDS_DEATH', { is: 'death' }],
    ['GENDER//F', { is: 'sex', text: 'F' }],
    ['Gender/M', { is: 'sex', text: 'M' }],
    ['RACE//WHITE', { is: 'origin', text: 'WHITE' }],
    ['Ethnicity/Not Hispanic', { is: 'origin', text: 'Not Hispanic' }],
    ['HOSPITAL_ADMISSION//EW EMER.//EMERGENCY ROOM', { is: 'visit', of: 'hospital', step: 'start', class: 'IMP' }],
    ['HOSPITAL_ADMISSION//EU OBSERVATION//X', { is: 'visit', of: 'hospital', step: 'start', class: 'OBSENC' }],
    ['HOSPITAL_DISCHARGE//HOME', { is: 'visit', of: 'hospital', step: 'end', class: 'IMP' }],
    ['ED_REGISTRATION', { is: 'visit', of: 'emergency', step: 'start', class: 'EMER' }],
    ['ICU_ADMISSION//MICU', { is: 'visit', of: 'intensive care', step: 'start', class: 'ACUTE' }],
    ['Visit/IP', { is: 'visit', of: 'visit', step: 'whole', class: 'IMP' }],
    ['Visit/OP/end', { is: 'visit', of: 'visit', step: 'end', class: 'AMB' }],
    ['VISIT//START//ER', { is: 'visit', of: 'visit', step: 'start', class: 'EMER' }],
    ['ENCOUNTER//Outpatient clinic', { is: 'visit', of: 'visit', step: 'whole', class: 'AMB' }],
    ['CMS Place of Service/23', { is: 'visit', of: 'visit', step: 'whole', class: 'EMER' }],
    ['MEDICATION//Aspirin//Not Given', { is: 'nothing', reason: 'drug that was not given' }],
    ['MEDICATION//Aspirin//Hold Dose', { is: 'nothing', reason: 'drug that was not given' }],
    ['MEDICATION//STOP//Heparin', { is: 'nothing', reason: 'end of an event that another row begins' }],
    ['TRANSFER_TO//ED//Emergency', { is: 'nothing', reason: 'transfer within a stay' }],
    ['TIMELINE//DELTA//years', { is: 'nothing', reason: 'made from other rows, not recorded' }],
  ])('%s is no event', (text, expected) => expect(meaningOf(text)).toEqual(expected));
});
