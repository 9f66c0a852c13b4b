import { type Sex, System } from '@ehrsynth/records';

export interface CodeLimits {
  sex?: 'female' | 'male';
  /** Inclusive, in whole years. */
  minAge?: number;
  maxAge?: number;
}

export interface Implausibility {
  rule: 'sex' | 'age';
  message: string;
}

interface Rule extends CodeLimits {
  /** Ranges of undotted codes, each end a prefix: O00–O9A. */
  ranges: [from: string, to: string][];
  why: string;
}

const one = (...prefixes: string[]): [string, string][] => prefixes.map((prefix) => [prefix, prefix]);

/**
 * Sex and age limits as ranges, after the Medicare Code Editor's edits 4 (age) and 5 (sex), generalised to categories:
 * newborn 0, paediatric 0–17, maternity 9–64, adult 15–124. Where the perinatal chapter allows later use
 * (P00–P96 "may continue through life if the condition is still present") the codes here are those of the newborn list.
 * @see Definitions of Medicare Code Edits, CMS
 */
const RULES: Rule[] = [
  {
    ranges: [['O00', 'O9A'], ['Z33', 'Z37'], ...one('Z39', 'Z3A', 'A34', 'F53', 'Z320', 'Z322', 'Z640')],
    sex: 'female',
    minAge: 9,
    maxAge: 64,
    why: 'pregnancy, birth and the puerperium',
  },
  {
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
    sex: 'female',
    why: 'organs that only women have',
  },
  {
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
    sex: 'male',
    why: 'organs that only men have',
  },
  {
    ranges: [['P00', 'P96'], ...one('Z38', 'Z0011', 'A33')],
    maxAge: 0,
    why: 'newborns',
  },
  { ranges: one('Z0012', 'R6251', 'R6252', 'R6811', 'R6812'), maxAge: 17, why: 'children' },
  {
    ranges: [...one('F01', 'F03', 'G30', 'H25', 'M810', 'N40', 'R54', 'Z000')],
    minAge: 15,
    why: 'adults',
  },
];

/** The limits of an ICD-10-CM code (dotted or not), or undefined where it has none. */
export function codeLimits(code: string): (CodeLimits & { why: string }) | undefined {
  const key = code.replace('.', '').toUpperCase();
  const matching = RULES.filter((rule) => rule.ranges.some(([from, to]) => within(key, from, to)));
  if (matching.length === 0) return undefined;
  return {
    sex: matching.find((rule) => rule.sex)?.sex,
    minAge: matching.find((rule) => rule.minAge !== undefined)?.minAge,
    maxAge: matching.find((rule) => rule.maxAge !== undefined)?.maxAge,
    why: matching.map((rule) => rule.why).join('; '),
  };
}

/** A record does not reach back further than this for a code of an earlier age. */
export const RECORD_YEARS = 12;

/**
 * Whom a record may hold a code of, judged by the age at its end: a code of the young may stand in it from up to 12 years before.
 * A newborn's code in the record of a ten-year-old is possible, in that of a 45-year-old it is not. This is the one place that
 * decoding and evaluation follow. `{}` where the code is possible in anybody, undefined where no rule covers its system:
 * the rules are of ICD-10-CM.
 */
export function recordLimits(system: string, code: string): CodeLimits | undefined {
  const limits = eventLimits(system, code);
  return limits?.maxAge === undefined ? limits : { ...limits, maxAge: limits.maxAge + RECORD_YEARS };
}

/** Who may get a code, judged by the age on its day. `{}` and undefined as of `recordLimits`. */
export function eventLimits(system: string, code: string): CodeLimits | undefined {
  if (system !== System.icd10cm) return undefined;
  const { sex, minAge, maxAge } = codeLimits(code) ?? {};
  return {
    ...(sex && { sex }),
    ...(minAge !== undefined && { minAge }),
    ...(maxAge !== undefined && { maxAge }),
  };
}

/** What is clinically impossible about a code in a patient of this sex and age (years); empty where nothing is. */
export function plausibility(
  system: string,
  code: string,
  patient: { sex: Sex; age?: number },
): Implausibility[] {
  const limits = system === System.icd10cm ? codeLimits(code) : undefined;
  if (!limits) return [];
  const found: Implausibility[] = [];
  const opposite = limits.sex === 'female' ? 'male' : 'female';
  if (limits.sex && patient.sex === opposite) {
    found.push({ rule: 'sex', message: `${code} (${limits.why}) in a ${patient.sex} patient` });
  }
  const age = patient.age === undefined ? undefined : Math.floor(patient.age);
  if (age !== undefined && (age < (limits.minAge ?? 0) || age > (limits.maxAge ?? 200))) {
    found.push({ rule: 'age', message: `${code} (${limits.why}) at the age of ${age}` });
  }
  return found;
}

/** True where the code begins with a prefix that lies between the two. */
function within(key: string, from: string, to: string): boolean {
  return key.slice(0, from.length) >= from && key.slice(0, to.length) <= to;
}
