import { classOfWords, System, TABLE_0004 } from '@ehrsynth/records';
import { understoodSystem } from './system-names.ts';

/**
 * What codes of visits mean as an encounter class of v3-ActCode. A range holds for both ends; the first that fits counts.
 * @see CPT, Evaluation and Management; docs/reading-codes.md lists all of it
 */
const CPT: [from: number, to: number, code: string][] = [
  [98000, 98016, 'VR'], // telemedicine, from 2025
  [98966, 98972, 'VR'], // telephone and online, other professionals
  [99201, 99215, 'AMB'], // office and outpatient
  [99217, 99220, 'OBSENC'],
  [99221, 99223, 'IMP'],
  [99224, 99226, 'OBSENC'],
  [99231, 99239, 'IMP'],
  [99241, 99245, 'AMB'], // consultations, outpatient
  [99251, 99255, 'IMP'], // consultations, inpatient
  [99281, 99288, 'EMER'],
  [99291, 99292, 'ACUTE'], // critical care
  [99304, 99318, 'NONAC'], // nursing facility
  [99324, 99350, 'HH'], // domiciliary and home
  [99381, 99429, 'AMB'], // preventive
  [99421, 99423, 'VR'], // online
  [99441, 99444, 'VR'], // telephone
  [99451, 99458, 'VR'], // between professionals, monitoring from afar
  [99460, 99480, 'IMP'], // newborn, critical and intensive care of children
  [99495, 99496, 'AMB'],
  [99500, 99602, 'HH'],
  [90785, 90899, 'AMB'], // psychiatry
  [92002, 92014, 'AMB'], // eye clinic
  [97161, 97168, 'AMB'], // physical and occupational therapy
];

/** HCPCS, level II, as ranges within one letter. */
const HCPCS: [from: string, to: string, code: string][] = [
  ['G0151', 'G0164', 'HH'],
  ['G0299', 'G0300', 'HH'],
  ['G0337', 'G0337', 'NONAC'], // hospice evaluation
  ['G0378', 'G0379', 'OBSENC'],
  ['G0380', 'G0384', 'EMER'], // emergency departments of type B
  ['G0402', 'G0402', 'AMB'],
  ['G0406', 'G0408', 'VR'],
  ['G0425', 'G0427', 'VR'],
  ['G0438', 'G0439', 'AMB'],
  ['G0463', 'G0463', 'AMB'],
  ['G0466', 'G0470', 'AMB'],
  ['G2010', 'G2012', 'VR'],
  ['G2061', 'G2063', 'VR'],
  ['G2250', 'G2252', 'VR'],
  ['T1015', 'T1015', 'AMB'],
];

/** SNOMED CT, the concepts that records have as class or type of an encounter. */
export const SNOMED_VISITS: Record<string, string> = {
  '4525004': 'EMER', // emergency department patient visit
  '50849002': 'EMER', // emergency room admission
  '183452005': 'IMP', // emergency hospital admission
  '32485007': 'IMP', // hospital admission
  '8715000': 'IMP', // hospital admission, elective
  '76464004': 'IMP', // hospital re-admission
  '394656005': 'IMP', // inpatient care
  '305351004': 'ACUTE', // admission to intensive care unit
  '305336008': 'NONAC', // admission to hospice
  '185347001': 'AMB', // encounter for problem
  '185345009': 'AMB', // encounter for symptom
  '185349003': 'AMB', // encounter for check up
  '308335008': 'AMB', // patient encounter procedure
  '390906007': 'AMB', // follow-up encounter
  '162673000': 'AMB', // general examination of patient
  '410620009': 'AMB', // well child visit
  '424441002': 'AMB', // prenatal initial visit
  '424619006': 'AMB', // prenatal visit
  '169762003': 'AMB', // postnatal visit
  '11429006': 'AMB', // consultation
  '270427003': 'AMB', // patient-initiated encounter
  '371883000': 'AMB', // outpatient procedure
  '702927004': 'AMB', // urgent care clinic
  '439708006': 'HH', // home visit
  '185317003': 'VR', // telephone encounter
  '185316007': 'VR', // indirect encounter
  '448337001': 'VR', // telemedicine consultation
};

/** The class that a visit's code or words mean; undefined where they say nothing of it. */
export function classOfVisit({
  system,
  code,
  display,
}: {
  system: string;
  code: string;
  display: string;
}): string | undefined {
  return byTable(system, code) ?? classOfWords(display) ?? classOfWords(/^[a-z][a-z -]{2,}$/i.test(code) ? code : '');
}

function byTable(system: string, code: string): string | undefined {
  if (/v2[-/]0004|2\.16\.840\.1\.113883\.12\.4$/.test(system)) return TABLE_0004.get(code.toUpperCase());
  const known = understoodSystem(system);
  if (known === System.snomed) return Object.hasOwn(SNOMED_VISITS, code) ? SNOMED_VISITS[code] : undefined;
  if (known !== System.cpt && known !== System.hcpcs) return undefined;
  if (/^\d{5}$/.test(code)) return CPT.find(([from, to]) => Number(code) >= from && Number(code) <= to)?.[2];
  return HCPCS.find(([from, to]) => code.length === 5 && code >= from && code <= to)?.[2];
}
