import { type EventKind, quoted, SOURCE_VALUE_OF, System } from '@ehrsynth/records';
import { codeFormFault } from '@ehrsynth/vocab';
import type { OmopReadOptions } from './options.ts';
import { isPcsPlace } from './pcs-places.ts';
import type { CodeProblem, CodeRow } from './code-row.ts';

type FitOptions = Pick<OmopReadOptions, 'vocabulary' | 'keepUnknownCodes'> & Looks;

/** What the source values without a known concept look like. */
export interface Looks {
  /** The conditions' like ICD-9-CM: then V and E codes are not taken for ICD-10-CM. */
  isIcd9?: boolean;
  /** The procedures' like ICD-10-PCS: only then digits alone are taken for it. */
  isPcs?: boolean;
}

interface Usual {
  kind: EventKind;
  /** The first that a value has the form of is its own. */
  systems: string[];
}

/** The systems whose codes a table has as source values as a rule, where the event is of the kind. */
const USUAL: Record<string, Usual[]> = {
  condition_occurrence: [{ kind: 'condition', systems: [System.icd10cm] }],
  drug_exposure: [
    { kind: 'drug', systems: [System.ndc] },
    { kind: 'immunization', systems: [System.cvx, System.ndc] },
  ],
  procedure_occurrence: [{ kind: 'procedure', systems: [System.icd10pcs] }],
  measurement: [{ kind: 'measurement', systems: [System.loinc] }],
  observation: [
    { kind: 'measurement', systems: [System.loinc] },
    { kind: 'condition', systems: [System.icd10cm] },
  ],
};

/**
 * The system of a source value that no known concept stands beside: the one that the user named for its kind; else the usual one of
 * its table, where the value has the form of its codes; else a URI of its own, "source value of" the table. Systems are not guessed by
 * form alone: 250.00 in condition_occurrence is no ICD-9-CM until the user says so.
 */
export function systemOfValue(
  { table, kind, source }: Pick<CodeRow, 'table' | 'kind' | 'source'>,
  options: OmopReadOptions,
  looks: Looks,
): { system: string; value: string; note?: CodeProblem } {
  const named = options.systems?.[kind];
  if (named) return { system: named, value: source };
  const usual = Object.hasOwn(USUAL, table) ? USUAL[table].find((one) => one.kind === kind) : undefined;
  for (const system of usual?.systems ?? []) {
    const value = FITS[system](source.trim(), { ...options, ...looks });
    if (value) return { system, value };
  }
  return {
    system: SOURCE_VALUE_OF + table,
    value: source,
    note: { reason: 'source value of no known code system, kept', detail: `${quoted(source)} (${table})` },
  };
}

/** ICD-9-CM by its form: a disease, with its dot or without. */
const ICD9_DISEASE = /^\d{3}(?:\.?\d{1,2})?$/;
/** What may be a supplement of ICD-9-CM (V20.2, E888.9) and a code of ICD-10-CM. */
const ICD9_SUPPLEMENT = /^(?:V\d{2}(?:\.?\d{1,2})?|E[089]\d{2}(?:\.?\d)?)$/i;

/** Whether more of the source values of conditions without a known concept are diseases of ICD-9-CM, by their form, than are letters and digits. */
export function looksLikeIcd9(rows: Pick<CodeRow, 'table' | 'code' | 'source'>[]): boolean {
  const values = rows.filter(({ table, code }) => table === 'condition_occurrence' && !code);
  const count = (pattern: RegExp) => values.filter(({ source }) => pattern.test(source.trim())).length;
  const letters = count(/^[A-Z]\d[0-9A-Z]/i) - count(ICD9_SUPPLEMENT);
  return count(ICD9_DISEASE) > letters;
}

/** Whether most of the source values of procedures without a known concept are codes of ICD-10-PCS with letters. */
export function looksLikePcs(rows: Pick<CodeRow, 'table' | 'code' | 'source'>[]): boolean {
  const values = rows.filter(({ table, code }) => table === 'procedure_occurrence' && !code);
  return values.filter(({ source }) => pcsOf(source, false)).length * 2 > values.length;
}

/** @param isPcs whether digits alone may be one */
function pcsOf(text: string, isPcs: boolean): string | false {
  const code = text.trim().toUpperCase();
  if (codeFormFault(System.icd10pcs, code) || !/\d/.test(code) || !isPcsPlace(code)) return false;
  // Digits alone are a code of surgery, of which the third says what is done: 0 (alteration) is done to parts with letters only.
  return /\D/.test(code) || (isPcs && ALL_DIGITS_PCS.test(code)) ? code : false;
}

/** Gives the value as its system writes it where it is one of its codes by its form, and by the dictionary where that has all codes. */
const FITS: Record<string, (text: string, options: FitOptions) => string | false> = {
  [System.icd10cm]: (text, { vocabulary, keepUnknownCodes, isIcd9 }) => {
    const bare = text.replace(/\.+$/, '');
    if (codeFormFault(System.icd10cm, bare)) return false;
    const code = vocabulary.canonical(System.icd10cm, bare);
    const known = vocabulary.find(System.icd10cm, code);
    if (ICD9_SUPPLEMENT.test(bare) && (isIcd9 || (/^V/i.test(bare) && !known?.billable))) return false;
    return (known ?? (keepUnknownCodes && vocabulary.find(System.icd10cm, code.slice(0, 3)))) ? code : false;
  },
  [System.ndc]: (text, { vocabulary }) => {
    const code = vocabulary.canonical(System.ndc, text);
    if (vocabulary.find(System.ndc, text)) return code;
    // Nine digits of a product, and ten that are a telephone number too, are too like other numbers.
    if (/^\d{10}$/.test(text)) return false;
    return !codeFormFault(System.ndc, code) && code.replace(/\D/g, '').length > 9 ? code : false;
  },
  [System.cvx]: (text, { vocabulary }) => /^\d{1,3}$/.test(text) && vocabulary.canonical(System.cvx, text),
  [System.icd10pcs]: (text, { isPcs = false }) => pcsOf(text, isPcs),
  [System.loinc]: (text) => (/^\d/.test(text) && !codeFormFault(System.loinc, text) ? text : false),
};

const ALL_DIGITS_PCS = /^0\d[1-9]\d{4}$/;
