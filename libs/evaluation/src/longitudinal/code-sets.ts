import { System } from '@ehrsynth/records';
import type { CodeSet } from './code-set.ts';

/**
 * Diseases as the outcome cohorts and effects know them: ICD-10-CM and ICD-9-CM by their chapters' own headings, SNOMED CT by the
 * codes that Synthea and US Core examples use.
 */
function disease(icd10cm: string[], icd9cm: string[], snomed: string[] = []): CodeSet {
  return [
    { system: System.icd10cm, prefixes: icd10cm, kinds: ['condition'] },
    { system: System.icd9cm, prefixes: icd9cm, kinds: ['condition'] },
    { system: System.snomed, prefixes: snomed, exact: true, kinds: ['condition'] },
  ];
}

export const Disease = {
  hypertension: disease(
    ['I10', 'I11', 'I12', 'I13', 'I15'],
    ['401', '402', '403', '404', '405'],
    ['59621000', '38341003'],
  ),
  type2Diabetes: disease(['E11'], [...twoDigits('250', ['0', '2'])], ['44054006']),
  kidneyDisease: disease(
    ['N18'],
    ['585'],
    ['709044004', '431855005', '431856006', '433144002', '431857002', '433146000', '46177005'],
  ),
  diabeticRetinopathy: disease(
    ['E11.3'],
    ['362.0'],
    ['4855003', '422034002', '1551000119108', '1501000119109', '97331000119101'],
  ),
  heartFailure: disease(['I50'], ['428'], ['84114007', '88805009', '42343007']),
  copd: disease(['J41', 'J42', 'J43', 'J44'], ['491', '492', '496'], ['13645005', '185086009', '87433001']),
  ischaemicHeartDisease: disease(
    ['I20', 'I21', 'I22', 'I23', 'I24', 'I25'],
    ['410', '411', '412', '413', '414'],
    ['53741008', '414545008', '22298006', '401303003', '401314000'],
  ),
  depression: disease(['F32', 'F33'], ['296.2', '296.3', '311'], ['370143000', '35489007']),
} as const;

/** Visits in which a patient stays in hospital. */
export const STAYS = ['IMP', 'ACUTE', 'NONAC', 'OBSENC'] as const;

/** ICD-9-CM 250.x0 and 250.x2: diabetes of type 2. */
function twoDigits(category: string, ends: string[]): string[] {
  return Array.from({ length: 10 }, (_, i) => ends.map((end) => `${category}.${i}${end}`)).flat();
}
