import {
  CONTROLS_IN_CODE,
  FORMER_RELEASE,
  hasControls,
  OMOP_CONCEPT,
  quoted,
  withoutControls,
} from '@ehrsynth/records';
import { systemOfVocabulary } from '../cdm/vocabularies.ts';
import type { OmopReadOptions } from './options.ts';
import type { CodeProblem, CodeRow, SourceCode } from './code-row.ts';
import { saysNothing } from './says-nothing.ts';
import { type Looks, systemOfValue } from './value-system.ts';

type Read = Pick<SourceCode, 'code' | 'notes' | 'leftOut'>;

/**
 * The code of a row of `source_codes`: its concept's; where the concept table does not have it the source value, in the system that
 * `systemOfValue` finds; where there is no value either, the concept's id itself.
 * @param looks what the source values of the tables look like
 */
export function toCode(row: CodeRow, options: OmopReadOptions, looks: Looks = {}): Read {
  const { concept, source, found, name } = row;
  const [code, vocabulary] = [row.code?.trim(), row.vocabulary?.trim()];
  if (code && vocabulary)
    return looked({ system: systemOfVocabulary(row.vocabulary!, row.reference), code: row.code!, name }, options);
  const which = options.codes === 'standard' ? 'standard' : 'source';
  const notes: CodeProblem[] = [];
  if (Number(concept) !== 0)
    notes.push({
      reason:
        found === null
          ? `${which} concept not in the concept table`
          : `${which} concept without a code or a vocabulary`,
      detail: String(concept),
    });
  if (saysNothing(source)) {
    if (notes.length > 0) return { code: { system: OMOP_CONCEPT, code: String(concept) }, notes };
    return {
      code: { system: OMOP_CONCEPT, code: '' },
      notes,
      leftOut: { reason: 'source value that names no code', isRight: true },
    };
  }
  const { system, value, note } = systemOfValue(row, options, looks);
  const read = looked({ system, code: value, name: null }, options);
  return { ...read, notes: [...notes, ...(note ? [note] : []), ...read.notes] };
}

/** The code as its dictionary has it, and what is wrong where that does not. */
export function looked(
  { system, code: source, name }: { system: string; code: string; name: string | null },
  { vocabulary, keepUnknownCodes, formerCodes = 'keep' }: OmopReadOptions,
): Read {
  // FHIR knows no code with several blanks between its words.
  const code = vocabulary.canonical(system, source).replace(/\s+/g, ' ');
  const known = vocabulary.find(system, code);
  const current = known?.former && formerCodes !== 'keep' ? vocabulary.current(system, code, formerCodes) : undefined;
  const entry = current ?? known;
  const display = entry?.display ?? (name === null ? undefined : withoutControls(name));
  const result = { code: { system, code: entry?.code ?? code, ...(display && { display }) }, notes: [] };
  if (hasControls(source)) return { ...result, leftOut: { reason: CONTROLS_IN_CODE, detail: quoted(source) } };
  if (known?.former) {
    const detail = `${known.code}, valid to ${known.validTo}${current ? `, read as ${current.code}` : ''}`;
    return { ...result, notes: [{ reason: FORMER_RELEASE, detail }] };
  }
  if (entry || !vocabulary.has(system)) return result;
  const detail = `${quoted(source)} (${system})`;
  if (vocabulary.isComplete(system) && !keepUnknownCodes)
    return { ...result, leftOut: { reason: 'code in no dictionary', detail } };
  return { ...result, notes: [{ reason: 'code in no dictionary, kept', detail }] };
}
