import { type Code, type Comparator, OMOP_CONCEPT, type Problem, type Quantity } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import { EVENT_TABLES } from '../cdm/events.ts';
import { systemOfVocabulary } from '../cdm/vocabularies.ts';
import { COMPARATORS, isSharedConcept, unitConcept, VALUE_CONCEPTS, type ValueConcept } from '../cdm/value-concepts.ts';
import type { Source } from './source.ts';
import { valueConceptIds } from './value-columns.ts';

/** Concepts that the source's vocabulary knows, by id. */
export type ValueCodes = Map<number, Code & { display: string }>;

/** Is given what of a value cannot be read. */
export type Note = (problem: Pick<Problem, 'reason' | 'detail'>) => void;

/** Reads what the vocabulary tables say of the concepts that values name. */
export async function valueCodes({ database, tables }: Source): Promise<ValueCodes> {
  const ids = EVENT_TABLES.flatMap(({ table }) => (tables.has(table) ? (valueConceptIds(table) ?? []) : []));
  if (ids.length === 0 || !tables.has('concept')) return new Map();
  const rows = await database.all<{
    id: bigint | number;
    code: string | null;
    vocabulary: string | null;
    reference: string | null;
    name: string | null;
  }>(`
    SELECT c.concept_id AS id, c.concept_code AS code, c.vocabulary_id AS vocabulary, v.vocabulary_reference AS reference, c.concept_name AS name
    FROM (${ids.join(' UNION ')}) u
    JOIN concept c ON c.concept_id = u.concept AND u.concept <> 0
    LEFT JOIN vocabulary v ON v.vocabulary_id = c.vocabulary_id`);
  return new Map(
    rows.flatMap(({ id, code, vocabulary, reference, name }) => {
      if (!code || !vocabulary) return [];
      // A concept that a writer had nothing of but its id.
      if (code === String(id)) return [[Number(id), { system: OMOP_CONCEPT, code, display: name ?? code }]];
      const system = systemOfVocabulary(vocabulary, reference);
      return [[Number(id), { system, code, display: name ?? code }]];
    }),
  );
}

export function toComparator(id: string | undefined, note: Note): Comparator | undefined {
  const comparator = COMPARATORS.get(Number(id));
  if (id && !comparator) note({ reason: 'operator_concept_id is no comparator', detail: id });
  return comparator;
}

/** A unit as the source writes it, with its code where that says more. */
export function toUnit(
  unit: string | null,
  id: string | undefined,
  codes: ValueCodes,
  note: Note,
): Pick<Quantity, 'unit' | 'system' | 'code'> {
  if (!id) return {};
  const usual = usualConcept('Unit', Number(id));
  if (usual) {
    if (unit === null) return { unit: usual.code };
    return unitConcept(unit) === usual ? { unit } : { unit, system: UCUM, code: usual.code };
  }
  const found = codes.get(Number(id));
  if (found?.system === UCUM) return { unit: unit ?? found.code, system: UCUM, code: found.code };
  const written = unit ?? (found?.system === OMOP_CONCEPT ? undefined : found?.code);
  const named = isSharedConcept(Number(id)) ? { system: OMOP_CONCEPT, code: id } : {};
  if (written === undefined && !named.code) note(unknown(id));
  return { ...(written !== undefined && { unit: written }), ...named };
}

/** The code of an answer or a route. That of a route is one that has its standard concept without Athena's files too. */
export function toCode(
  domain: 'Meas Value' | 'Route',
  id: string | undefined,
  codes: ValueCodes,
  note: Note,
): Code | undefined {
  if (!id) return undefined;
  const found = codes.get(Number(id));
  const usual = usualConcept(domain, Number(id));
  if (usual && (!found || domain === 'Route'))
    return { system: usual.system, code: usual.code, display: usual.display };
  if (found) return found;
  if (isSharedConcept(Number(id))) return { system: OMOP_CONCEPT, code: id };
  note(unknown(id));
  return undefined;
}

function usualConcept(domain: ValueConcept['domain'], id: number): ValueConcept | undefined {
  const concept = VALUE_CONCEPTS.get(id);
  return concept?.domain === domain ? concept : undefined;
}

function unknown(id: string) {
  return { reason: 'concept of a value unknown', detail: id };
}
