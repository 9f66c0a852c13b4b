import { System } from '@ehrsynth/records';

export interface CodeLimits {
  sex?: 'female' | 'male';
  /** Inclusive, in whole years. */
  minAge?: number;
  maxAge?: number;
}

export interface Rule extends CodeLimits {
  /** Ranges of undotted codes, each end a prefix: O00–O9A. */
  ranges: [from: string, to: string][];
  why: string;
}

const one = (...prefixes: string[]): [string, string][] => prefixes.map((prefix) => [prefix, prefix]);

const [PREGNANCY, FEMALE, MALE] = [
  { sex: 'female', minAge: 9, maxAge: 64, why: 'pregnancy, birth and the puerperium' },
  { sex: 'female', why: 'organs that only women have' },
  { sex: 'male', why: 'organs that only men have' },
] as const;
const NEWBORNS = { maxAge: 0, why: 'newborns' };
const CHILDREN = { maxAge: 17, why: 'children' };
const ADULTS = { minAge: 15, why: 'adults' };

/** Where the perinatal chapter allows later use ("may continue through life if the condition is still present") the codes are the newborn list's. */
const ICD10CM: Rule[] = [
  {
    ...PREGNANCY,
    ranges: [['O00', 'O9A'], ['Z33', 'Z37'], ...one('Z39', 'Z3A', 'A34', 'F53', 'Z320', 'Z322', 'Z640')],
  },
  {
    ...FEMALE,
    ranges: [
      ['C51', 'C58'],
      ['D070', 'D073'],
      ['D25', 'D28'],
      ['N70', 'N77'],
      ['N80', 'N98'],
      ['Q50', 'Q52'],
      ['S374', 'S376'],
      ['Z8540', 'Z8544'],
      ...one('A5424', 'A5611', 'A5901', 'A6003', 'A6004', 'B373', 'C796', 'D06', 'D39', 'E28', 'F525', 'I863'),
      ...one('M830', 'N992', 'N993', 'R87', 'S3023', 'S314', 'T192', 'T193', 'Z014', 'Z124', 'Z1272', 'Z1273'),
      ...one('Z3041', 'Z3043', 'Z8741', 'Z8742', 'Z9071', 'Z9072', 'Z9851'),
    ],
  },
  {
    ...MALE,
    ranges: [
      ['C60', 'C63'],
      ['D074', 'D076'],
      ['N40', 'N53'],
      ['Q53', 'Q55'],
      ['S312', 'S313'],
      ['Z8545', 'Z8549'],
      ...one('A5422', 'A5423', 'A5902', 'A6001', 'A6002', 'B260', 'D29', 'D40', 'E29', 'I861', 'R86', 'R972'),
      ...one('S3021', 'S3022', 'S3782', 'T194', 'Z125', 'Z1271', 'Z8743', 'Z9852'),
    ],
  },
  { ...NEWBORNS, ranges: [['P00', 'P96'], ...one('Z38', 'Z0011', 'A33')] },
  { ...CHILDREN, ranges: one('Z0012', 'R6251', 'R6252', 'R6811', 'R6812') },
  { ...ADULTS, ranges: one('F01', 'F03', 'G30', 'H25', 'M810', 'N40', 'R54', 'Z000') },
];

const ICD9CM: Rule[] = [
  {
    ...PREGNANCY,
    ranges: [['630', '679'], ['V22', 'V24'], ...one('V27', 'V28', 'V91', 'V724', 'V616', 'V617', '7923', '7965')],
  },
  {
    ...FEMALE,
    ranges: [
      ['179', '184'],
      ['218', '221'],
      ['2331', '2333'],
      ['2360', '2363'],
      ['614', '629'],
      ['7520', '7524'],
      ['8674', '8675'],
      ['8784', '8787'],
      ['V1040', 'V1044'],
      ['V7231', 'V7232'],
      ...one('0167', '1121', '13101', '174', '1986', '256', '30273', '30651', '4566', '7950', '7951', '9391', '9392'),
      ...one('9474', '99632', 'V131', 'V251', 'V2542', 'V4551', 'V4981', 'V5042', 'V6701', 'V762', 'V7646', 'V7647'),
      ...one('V8402', 'V8404', 'V880'),
    ],
  },
  {
    ...MALE,
    ranges: [
      ['185', '187'],
      ['2334', '2336'],
      ['2364', '2366'],
      ['600', '608'],
      ['7525', '7526'],
      ['8780', '8783'],
      ['V1045', 'V1049'],
      ...one('0720', '13103', '175', '2144', '222', '257', '30274', '30275', '4564', '75280', '75281', '7587', '79093'),
      ...one('7922', '9393', 'V1361', 'V502', 'V7644', 'V7645', 'V8403'),
    ],
  },
  { ...NEWBORNS, ranges: [['760', '779'], ['V30', 'V39'], ...one('V203')] },
  { ...CHILDREN, ranges: one('V202', '78341', '78091', '78092') },
  { ...ADULTS, ranges: one('290', '3310', '3661', '600', '73301', '797') },
];

/** By section and body system: 1 is obstetrics, U and V are the female and male reproductive systems. */
const ICD10PCS: Rule[] = [
  { ...PREGNANCY, ranges: one('10', '3E0E', '4A0H', '4A0J', '4A1H', '4A1J', 'BY') },
  { ...FEMALE, ranges: one('0U', '2Y44', '2Y54', '3E0P', 'BU', 'CU', 'DU', '8E0U') },
  { ...MALE, ranges: one('0V', '3E0N', '8E0V', 'BV', 'CV', 'DV', 'XV5') },
];

const ICD9PROC: Rule[] = [
  { ...PREGNANCY, ranges: [['72', '75'], ...one('8846', '8878', '9217')] },
  {
    ...FEMALE,
    ranges: [['65', '71'], ['8781', '8789'], ['9614', '9618'], ['9771', '9775'], ['9816', '9817'], ...one('8926', '914')],
  },
  { ...MALE, ranges: [['60', '64'], ['8791', '8799'], ['9994', '9996'], ...one('9824')] },
];

/**
 * Sex and age limits by code system as ranges, after the Medicare Code Editor's edits 4 (age) and 5 (sex), of diagnoses and procedures,
 * generalised to categories: newborn 0, paediatric 0–17, maternity 9–64, adult 15–124. Systems that are not here have no rules.
 * @see Definitions of Medicare Code Edits, CMS: of ICD-10 and, to version 32, of ICD-9-CM
 */
export const RULES: Readonly<Record<string, readonly Rule[]>> = {
  [System.icd10cm]: ICD10CM,
  [System.icd9cm]: ICD9CM,
  [System.icd10pcs]: ICD10PCS,
  [System.icd9proc]: ICD9PROC,
};
