import { type EventKind, SOURCE_VALUE_OF, System } from '@ehrsynth/records';
import { codeFormFault, type Vocabulary } from '@ehrsynth/vocab';
import type { OmopReadOptions } from './read-records.ts';
import type { CodeProblem, CodeRow } from './source-codes.ts';

/** The system whose codes a table has as source values as a rule, where the event is of the kind. */
const USUAL: Record<string, { kind: EventKind; system: string }> = {
  condition_occurrence: { kind: 'condition', system: System.icd10cm },
  drug_exposure: { kind: 'drug', system: System.ndc },
  procedure_occurrence: { kind: 'procedure', system: System.icd10pcs },
  measurement: { kind: 'measurement', system: System.loinc },
  observation: { kind: 'measurement', system: System.loinc },
};

/**
 * The system of a source value that no known concept stands beside: the one that the user named for its kind; else the usual one of
 * its table, where the value has the form of its codes; else a URI of its own, "source value of" the table. Systems are not guessed by
 * form alone: 250.00 in condition_occurrence is no ICD-9-CM until the user says so.
 */
export function systemOfValue(
  { table, kind, source }: Pick<CodeRow, 'table' | 'kind' | 'source'>,
  { systems, vocabulary, keepUnknownCodes }: OmopReadOptions,
): { system: string; value: string; note?: CodeProblem } {
  const named = systems?.[kind];
  if (named) return { system: named, value: source };
  const usual = Object.hasOwn(USUAL, table) ? USUAL[table] : undefined;
  const value = usual?.kind === kind && FITS[usual.system](source.trim(), vocabulary, keepUnknownCodes);
  if (value) return { system: usual!.system, value };
  return {
    system: SOURCE_VALUE_OF + table,
    value: source,
    note: { reason: 'source value of no known code system, kept', detail: `${source} (${table})` },
  };
}

/** Gives the value as its system writes it where it is one of its codes by its form, and by the dictionary where that has all codes. */
const FITS: Record<string, (text: string, vocabulary: Vocabulary, keepUnknown?: boolean) => string | false> =
  {
    [System.icd10cm]: (text, vocabulary, keepUnknown) => {
      const bare = text.replace(/\.+$/, '');
      if (codeFormFault(System.icd10cm, bare)) return false;
      const code = vocabulary.canonical(System.icd10cm, bare);
      const known = vocabulary.find(System.icd10cm, code);
      return (known ?? (keepUnknown && vocabulary.find(System.icd10cm, code.slice(0, 3)))) ? code : false;
    },
    [System.ndc]: (text, vocabulary) => {
      const code = vocabulary.canonical(System.ndc, text);
      if (vocabulary.find(System.ndc, text)) return code;
      // Nine digits of a product are too like other numbers.
      return !codeFormFault(System.ndc, code) && code.replace(/\D/g, '').length > 9 ? code : false;
    },
    [System.icd10pcs]: (text) => {
      const code = text.toUpperCase();
      if (codeFormFault(System.icd10pcs, code) || !/\d/.test(code)) return false;
      return codeFormFault(System.snomed, code) ? code : false;
    },
    [System.loinc]: (text) => (/^\d/.test(text) && !codeFormFault(System.loinc, text) ? text : false),
  };
