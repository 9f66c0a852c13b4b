import { type EventKind, SOURCE_VALUE_OF, System } from '@ehrsynth/records';
import { codeFormFault } from '@ehrsynth/vocab';
import type { OmopReadOptions } from './read-records.ts';
import type { CodeProblem, CodeRow } from './source-codes.ts';

type FitOptions = Pick<OmopReadOptions, 'vocabulary' | 'keepUnknownCodes'> & { isIcd9: boolean };

/** The system whose codes a table has as source values as a rule, where the event is of the kind. */
const USUAL: Record<string, { kind: EventKind; system: string }> = {
  condition_occurrence: { kind: 'condition', system: System.icd10cm },
  drug_exposure: { kind: 'drug', system: System.ndc },
  procedure_occurrence: { kind: 'procedure', system: System.icd10pcs },
  measurement: { kind: 'measurement', system: System.loinc },
  observation: { kind: 'measurement', system: System.loinc },
};
/** What an observation is of where it is a condition. */
const OBSERVED_DIAGNOSIS = { kind: 'condition', system: System.icd10cm } as const;

/**
 * The system of a source value that no known concept stands beside: the one that the user named for its kind; else the usual one of
 * its table, where the value has the form of its codes; else a URI of its own, "source value of" the table. Systems are not guessed by
 * form alone: 250.00 in condition_occurrence is no ICD-9-CM until the user says so.
 * @param isIcd9 whether the conditions look like ICD-9-CM: then V and E codes are not taken for ICD-10-CM
 */
export function systemOfValue(
  { table, kind, source }: Pick<CodeRow, 'table' | 'kind' | 'source'>,
  options: OmopReadOptions,
  isIcd9: boolean,
): { system: string; value: string; note?: CodeProblem } {
  const named = options.systems?.[kind];
  if (named) return { system: named, value: source };
  const isDiagnosis = table === 'observation' && kind === 'condition';
  const usual = isDiagnosis ? OBSERVED_DIAGNOSIS : Object.hasOwn(USUAL, table) ? USUAL[table] : undefined;
  const value = usual?.kind === kind && FITS[usual.system](source.trim(), { ...options, isIcd9 });
  if (value) return { system: usual!.system, value };
  return {
    system: SOURCE_VALUE_OF + table,
    value: source,
    note: { reason: 'source value of no known code system, kept', detail: `${source} (${table})` },
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
    // Nine digits of a product are too like other numbers.
    return !codeFormFault(System.ndc, code) && code.replace(/\D/g, '').length > 9 ? code : false;
  },
  [System.icd10pcs]: (text) => {
    const code = text.toUpperCase();
    if (codeFormFault(System.icd10pcs, code) || !/\d/.test(code)) return false;
    // Digits alone are a code of surgery, of which the third says what is done: 0 (alteration) is done to parts with letters only.
    return /\D/.test(code) || ALL_DIGITS_PCS.test(code) ? code : false;
  },
  [System.loinc]: (text) => (/^\d/.test(text) && !codeFormFault(System.loinc, text) ? text : false),
};

const ALL_DIGITS_PCS = /^0\d[1-9]\d{4}$/;
