import { System } from '@ehrsynth/records';
import { normaliseNdc } from '../ndc.ts';
import { loincCheckDigit } from './check-digits.ts';
import { isSnomedConcept, snomedFault } from './snomed.ts';

/** Gives in words what is wrong, undefined where the code fits. */
type Form = (code: string) => string | undefined;

/** Volumes 1 and 2: 250.00, V30.00, E849.0; the dot may be left out. */
const ICD9_DIAGNOSIS = /^(?:(?:\d{3}|V\d{2})(?:\.?\d{1,2})?|E\d{3}(?:\.?\d)?)$/i;
/** Volume 3: 99.04; the dot may be left out. */
const ICD9_PROCEDURE = /^\d{2}(?:\.?\d{1,2})?$/;
/** Category I; II (F), III (T), proprietary analyses (U), administrative assays (M), vaccines' administration (A). */
const CPT_CODE = '\\d{4}[\\dAFTUM]';
/** A code, a code with its modifiers (99213:25,59), or a modifier alone. */
const CPT = new RegExp(`^(?:${CPT_CODE}(?::[0-9A-Z]{2}(?:,[0-9A-Z]{2})*)?|[0-9A-Z]{2})$`);
/** Level II, or one of its modifiers; level I is CPT. */
const HCPCS = new RegExp(`^(?:[A-V]\\d{4}|${CPT_CODE}|[0-9A-Z]{2})$`);

/** Of the writings that are understood (normaliseNdc), those that are in use for exchange. */
const NDC = /^(?:0?\d{10,11}|\d{4}-\d{4}(?:-\d\d)?|\d{5}-\d{3}(?:-\d\d)?|\d{5}-\d{4}(?:-\d{1,2})?)$/;

const icd10cm = matching(
  /^[A-Z][0-9A][0-9AB](?:\.?[0-9A-Z]{1,4})?$/i,
  'not a letter, a digit (or A), a digit (or A or B), and up to 4 characters after a dot',
);
const cdt = matching(/^D\d{4}$/, 'not D and 4 digits');
const hcpcs = matching(HCPCS, 'not a letter from A to V and 4 digits, nor a code of CPT (level I)');
const icd9Diagnosis = matching(ICD9_DIAGNOSIS, 'not 3 digits (or V and 2, or E and 3) and up to 2 after a dot');
const icd10pcs = matching(
  /^[0-9BCDFGHX][0-9A-HJ-NP-Z]{6}$/i,
  'not 7 of 0-9, A-H, J-N, P-Z, of which the first is a section (0-9, B, C, D, F, G, H, X)',
);

/** By the URIs that R4 and HL7's terminology list for each system. */
const FORMS: Record<string, Form> = {
  [System.icd10cm]: icd10cm,
  [System.icd9cm]: (code) => (ICD9_PROCEDURE.test(code) ? undefined : icd9Diagnosis(code)),
  [`${System.icd9cm}/diagnosis`]: icd9Diagnosis,
  [System.icd9proc]: matching(ICD9_PROCEDURE, 'not 2 digits and up to 2 after a dot'),
  [System.icd10pcs]: icd10pcs,
  'http://hl7.org/fhir/sid/icd-10-pcs': icd10pcs,
  [System.cpt]: matching(CPT, 'not 5 digits, nor 4 digits and F, T, U, M or A'),
  [System.hcpcs]: hcpcs,
  'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets': hcpcs,
  'http://www.ada.org/cdt': cdt,
  [System.loinc]: loincFault,
  [System.snomed]: snomedFault,
  [System.rxnorm]: matching(/^[1-9]\d{0,7}$/, 'not 1 to 8 digits of which the first is not 0'),
  [System.ndc]: ndcFault,
  [System.cvx]: matching(/^\d{1,3}$/, 'not 1 to 3 digits'),
  [System.atc]: matching(
    /^[A-DGHJL-NPRSV](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?$/,
    'not a letter, 2 digits, a letter, a letter, 2 digits, or the beginning of such',
  ),
};

/**
 * What is wrong with the form of a code for its system, in words ("not 7 of 0-9, …"): length, characters, check digits.
 * Undefined where the code fits, and where the form of the system is not known here. No dictionary is asked: a code that fits
 * may still not exist.
 * @param system its URI as R4 lists it
 * @see FHIR R4, terminologies-systems
 */
export function codeFormFault(system: string, code: string): string | undefined {
  return Object.hasOwn(FORMS, system) ? FORMS[system](code) : undefined;
}

function matching(pattern: RegExp, otherwise: string): Form {
  return (code) => (pattern.test(code) ? undefined : otherwise);
}

/** Terms, and the parts (LP), answers (LA), answer lists (LL) and groups (LG) beside them. */
function loincFault(code: string): string | undefined {
  const [, number, check] = /^(\d{1,7}|L[AGLP]\d{1,7})-(\d)$/.exec(code) ?? [];
  if (number === undefined) return 'not 1 to 7 digits, a dash and a check digit';
  const right = loincCheckDigit(number);
  return Number(check) === right ? undefined : `its check digit should be ${right}`;
}

/** A package or product; nine or ten bare digits that are a SNOMED CT concept's identifier are taken for that. */
function ndcFault(code: string): string | undefined {
  if (!/[1-9]/.test(code)) return 'without a digit from 1 to 9';
  if (/^\d{9,10}$/.test(code) && isSnomedConcept(code)) return 'the identifier of a SNOMED CT concept';
  if (/^\d{9}$/.test(code)) return undefined;
  if (NDC.test(code) && normaliseNdc(code).kind !== 'invalid') return undefined;
  return 'not 11 digits, nor 10 with hyphens (4-4-2, 5-3-2, 5-4-1), nor a product (4-4, 5-3, 5-4)';
}
